import { expect, it } from "vitest"
import { areaUnderCurve, type MeanRocCurve, meanRocCurve, rocCurve, scores } from "../../src/metrics/index.ts"

const thresholds = new Float64Array()
const curve = (...points: ReadonlyArray<readonly [number, number]>) => ({
  falsePositiveRate: Float64Array.from(points, ([x]) => x),
  truePositiveRate: Float64Array.from(points, ([, y]) => y)
})
const pointsOf = ({ falsePositiveRate, truePositiveRate }: MeanRocCurve) =>
  [...falsePositiveRate].map((x, i) => [x, truePositiveRate[i]])

it("is the mean of true positive rates at each false positive rate that any of them has", () => {
  const mean = meanRocCurve([curve([0, 0], [0.5, 0.5], [1, 1]), curve([0, 0], [0.25, 0.75], [1, 1])])
  expect(pointsOf(mean)[1]).toEqual([0.25, 0.5])
  expect(mean.falsePositiveRate).toEqual(Float64Array.of(0, 0.25, 0.5, 1))
})

it("its area is the mean of theirs, steps straight up among them", () => {
  const curves = [0, 1, 2].map((seed) =>
    rocCurve(
      scores(
        Array.from({ length: 40 }, (_, i) => ((i * 17 + seed * 5) % 23) / 23),
        Array.from({ length: 40 }, (_, i) => Number((i + seed) % 3 === 0))
      )
    )
  )
  const areas = curves.map(areaUnderCurve)
  const expected = areas.reduce((sum, area) => sum + area, 0) / areas.length
  expect(areaUnderCurve({ thresholds, ...meanRocCurve(curves) })).toBeCloseTo(expected, 12)
})

it("of one curve is that curve, and of none has no point", () => {
  const one = curve([0, 0], [0, 0.5], [0.5, 0.5], [1, 1])
  expect(meanRocCurve([one])).toEqual(one)
  expect(meanRocCurve([curve([Number.NaN, 0], [Number.NaN, 1])]).falsePositiveRate).toHaveLength(0)
  expect(meanRocCurve([]).falsePositiveRate).toHaveLength(0)
})

it("ends where the first of its curves does", () => {
  expect(pointsOf(meanRocCurve([curve([0, 0], [0.5, 1]), curve([0, 0], [1, 1])]))).toEqual([
    [0, 0],
    [0.5, 0.75]
  ])
})
