import { expect, it } from "vitest"
import { asd, assd, distanceSums, maxOfMeans, meanOfMeans, rmsd } from "../../src/metrics/index.ts"

const pair = {
  fromReference: { distances: Float64Array.of(0, 1, 5) },
  fromPrediction: { distances: Float64Array.of(0, 0) }
}

it("pooled, mean of means and the larger mean are three numbers", () => {
  expect([asd(pair.fromReference), asd(pair.fromPrediction)]).toEqual([2, 0])
  expect([assd(pair), meanOfMeans(pair), maxOfMeans(pair)]).toEqual([1.2, 1, 2])
})

it("the root of the mean square is pooled", () => {
  expect(rmsd(pair)).toBeCloseTo(Math.sqrt(26 / 5), 12)
})

it("weights are areas", () => {
  const weighted = { distances: Float64Array.of(1, 3), weights: Float64Array.of(3, 1) }
  expect(asd(weighted)).toBe(1.5)
  expect(distanceSums(weighted)).toEqual({ weight: 4, sum: 6, sumOfSquares: 12, max: 3 })
})

it("elements without a partner take no part", () => {
  expect(asd({ distances: Float64Array.of(2, 4, Infinity) })).toBe(3)
  const lonely = {
    fromReference: { distances: Float64Array.of(Infinity) },
    fromPrediction: { distances: new Float64Array(0) }
  }
  for (const metric of [assd, meanOfMeans, maxOfMeans, rmsd]) expect(metric(lonely)).toBeNaN()
})
