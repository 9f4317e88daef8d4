import fc from "fast-check"
import { expect, it } from "vitest"
import { boxPlots } from "../../../src/report/charts/boxPlots.ts"
import { histogram } from "../../../src/report/charts/histogram.ts"
import { rocChart } from "../../../src/report/charts/rocChart.ts"
import { sizeChart } from "../../../src/report/charts/sizeChart.ts"
import { trainingCurves } from "../../../src/report/charts/trainingCurves.ts"
import { readChart, rectangles } from "../../support/svg.ts"

/** Names with all that markup could choke on. */
const name = fc.string({ unit: "binary", maxLength: 40 })
const value = fc.oneof(fc.double(), fc.double({ min: 0, max: 1 }), fc.constantFrom(0, 1, -0, Number.NaN, Infinity))
const groups = fc.array(fc.record({ name, values: fc.array(value, { maxLength: 20 }) }), { maxLength: 9 })

const sound = (draw: () => string) => {
  const svg = draw()
  const chart = readChart(svg)
  for (const { height, width } of rectangles(chart)) expect(Math.min(height, width)).toBeGreaterThanOrEqual(0)
  expect(draw()).toBe(svg)
}

it("box plots and histograms of anything are sound pictures, the same each time", () => {
  fc.assert(
    fc.property(groups, name, (all, label) => {
      sound(() => boxPlots(all, { label }))
      sound(() => boxPlots(all, { label, domain: [0, 1] }))
      sound(() => histogram(all, { label }))
    })
  )
})

it("training curves of anything are sound pictures", () => {
  const point = fc.record(
    {
      epoch: fc.nat(50),
      loss: value,
      validationLoss: value,
      dicePooled: value,
      learningRate: value,
      best: fc.boolean()
    },
    { requiredKeys: [] }
  )
  fc.assert(fc.property(fc.array(point), name, (points, title) => sound(() => trainingCurves(points, { title }))))
})

it("sizes and ROC curves of anything are sound pictures", () => {
  const point = fc.record({ milliliters: value, dice: value })
  const series = fc.array(fc.record({ name, points: fc.array(point) }), { maxLength: 9 })
  fc.assert(fc.property(series, (all) => sound(() => sizeChart(all))))
  fc.assert(
    fc.property(groups, (all) => {
      const curves = all.map(({ name, values }) => ({
        name,
        curve: { falsePositiveRate: Float64Array.from(values), truePositiveRate: Float64Array.from(values) }
      }))
      sound(() => rocChart(curves))
    })
  )
})
