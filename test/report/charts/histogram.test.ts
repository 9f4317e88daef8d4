import { expect, it } from "vitest"
import { histogram } from "../../../src/report/charts/histogram.ts"
import { readChart, rectangles } from "../../support/svg.ts"

it("the bars hold every finite value once, those at the last edge too", () => {
  const values = [0, 1, 1, 2, 2, 2, 10, Infinity, Number.NaN]
  const chart = readChart(histogram([{ name: "a", values }], { label: "ASD (mm)", bins: 10 }))
  const heights = rectangles(chart).map(({ height }) => height)
  const one = Math.min(...heights)
  expect(heights.map((height) => Math.round(height / one))).toEqual([1, 2, 3, 1])
  expect(chart.text).toContain("a 2 of 9")
})

it("several groups are outlines that differ in dash and have a legend", () => {
  const groups = ["a", "b", "c"].map((name, i) => ({ name, values: [i, i + 1, 9] }))
  const chart = readChart(histogram(groups, { label: "ASD (mm)" }))
  const dashes = chart.tags
    .filter(({ name }) => name === "rect")
    .map(({ attributes }) => attributes["stroke-dasharray"])
  expect(new Set(dashes).size).toBe(3)
})

it("says so where there is nothing, and draws values that are all equal", () => {
  expect(readChart(histogram([], { label: "ASD (mm)" })).text).toContain("no data")
  expect(rectangles(readChart(histogram([{ name: "a", values: [0, 0] }], { label: "x" })))).toHaveLength(1)
  expect(rectangles(readChart(histogram([{ name: "a", values: [-3, -3] }], { label: "x" })))).toHaveLength(1)
})
