import { expect, it } from "vitest"
import { sizeChart } from "../../../src/report/charts/sizeChart.ts"
import { readChart } from "../../support/svg.ts"

/** Where the markers stand: each begins with a move to its centre. */
const places = (svg: string) =>
  readChart(svg)
    .tags.filter(({ attributes }) => attributes["fill-opacity"] === "0.55")
    .map(({ attributes }) =>
      [...(attributes.d ?? "").matchAll(/M([\d.]+) ([\d.]+)m/g)].map((match) => Number(match[1]))
    )

it("equal factors of size are equal steps of the axis", () => {
  const points = [0.1, 1, 10, 100].map((milliliters) => ({ milliliters, dice: 0.5 }))
  // The legend's marker comes first.
  const [, xs] = places(sizeChart([{ name: "a", points }]))
  expect(xs[1] - xs[0]).toBeCloseTo(xs[2] - xs[1], 1)
  expect(xs[2] - xs[1]).toBeCloseTo(xs[3] - xs[2], 1)
})

it("counts tumours without a size, which a logarithm has no place for", () => {
  const points = [0, -1, Number.NaN, 5].map((milliliters) => ({ milliliters, dice: 0.5 }))
  expect(readChart(sizeChart([{ name: "a", points }])).text).toContain("a 3 of 4")
})

it("draws one point, and says so where there is none", () => {
  expect(places(sizeChart([{ name: "a", points: [{ milliliters: 3, dice: 1 }] }]))).toHaveLength(2)
  expect(readChart(sizeChart([])).text).toContain("no data")
})
