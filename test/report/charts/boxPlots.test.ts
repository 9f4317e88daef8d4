import { expect, it } from "vitest"
import { boxPlots } from "../../../src/report/charts/boxPlots.ts"
import { readChart, rectangles } from "../../support/svg.ts"

it("the box of 1 to 9 spans 3 to 7 of the axis, and its whiskers end before an outlier", () => {
  // R: quantile(c(1:9)) is 1 3 5 7 9; with 100 it is 1 3.25 5.5 7.75 100, and the upper whisker ends at 9.
  const ninth = (svg: string) => {
    const chart = readChart(svg)
    const [{ x, width }] = rectangles(chart)
    const whiskers =
      chart.tags.find(({ attributes: { d } }) => /^M[\d.]+ [\d.]+H[\d.]+M/.test(d ?? ""))?.attributes.d ?? ""
    const [from, , to] = [...whiskers.matchAll(/[MH]([\d.]+)/g)]
      .map((match) => Number(match[1]))
      .toSorted((a, b) => a - b)
    return { x, width, from, to, ends: [...whiskers.matchAll(/[MH]([\d.]+)/g)].map((match) => Number(match[1])) }
  }
  const values = [1, 2, 3, 4, 5, 6, 7, 8, 9]
  const plain = ninth(boxPlots([{ name: "a", values }], { label: "Value", domain: [0, 100] }))
  const outlier = ninth(boxPlots([{ name: "a", values: [...values, 100] }], { label: "Value", domain: [0, 100] }))
  const unit = plain.width / 4
  const zero = plain.x - 3 * unit
  const near = (value: number) => (value - zero) / unit
  expect(near(Math.min(...plain.ends))).toBeCloseTo(1, 1)
  expect(near(Math.max(...plain.ends))).toBeCloseTo(9, 1)
  expect(near(outlier.x)).toBeCloseTo(3.25, 1)
  expect(outlier.width / unit).toBeCloseTo(4.5, 1)
  expect(near(Math.max(...outlier.ends))).toBeCloseTo(9, 1)
})

it("counts what it cannot show", () => {
  const groups = [{ name: "U-Net", values: [0.5, Number.NaN, 2] }]
  const { text } = readChart(boxPlots(groups, { label: "Dice", domain: [0, 1] }))
  expect(text).toContain("U-Net 1 of 3")
  expect(text).toContain("1 value lies outside the axis")
})

it("says so where there is nothing, and draws values that are all equal", () => {
  expect(readChart(boxPlots([], { label: "Dice" })).text).toContain("no data")
  expect(readChart(boxPlots([{ name: "a", values: [Number.NaN] }], { label: "Dice" })).text).toContain("no data")
  expect(rectangles(readChart(boxPlots([{ name: "a", values: [2, 2] }], { label: "Dice" })))[0].width).toBe(0)
})
