import { expect, it } from "vitest"
import {
  directedHausdorff,
  hausdorff,
  hd95AreaWeighted,
  hd95MaxOfDirected,
  hd95MeanOfDirected,
  hd95Pooled
} from "../../src/metrics/index.ts"

const upTo = (count: number, step = 1) => ({ distances: Float64Array.from({ length: count }, (_, i) => i * step) })
const pair = { fromReference: upTo(101), fromPrediction: upTo(11) }

it("the Hausdorff distance is the larger of the directed ones", () => {
  expect([directedHausdorff(pair.fromReference), directedHausdorff(pair.fromPrediction), hausdorff(pair)]).toEqual([
    100, 10, 100
  ])
})

it("HD95 is four numbers", () => {
  // Of all 112 distances, rank 0.95 * 111 = 105.45: of 0-10 twice and 11-100, which is between 94 and 95.
  expect(hd95Pooled(pair)).toBeCloseTo(94.45, 9)
  // Ranks 95 and 9.5.
  expect(hd95MaxOfDirected(pair)).toBeCloseTo(95, 9)
  // Ranks floor(95.95) and floor(10.45) from one: 94 and 9.
  expect(hd95MeanOfDirected(pair)).toBe((94 + 9) / 2)
  // 96 of 101 are the first that are 95 %; 11 of 11.
  expect(hd95AreaWeighted(pair)).toBe(95)
})

it("areas move the weighted percentile", () => {
  const weighted = {
    fromReference: { distances: Float64Array.of(1, 2, 3), weights: Float64Array.of(90, 6, 4) },
    fromPrediction: { distances: Float64Array.of(0), weights: Float64Array.of(1) }
  }
  expect([50, 90, 95, 97].map((percent) => hd95AreaWeighted(weighted, { percent }))).toEqual([1, 1, 2, 3])
})

it("half of eight equal areas is half, whatever they sum to", () => {
  const areas = {
    distances: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    weights: new Float64Array(8).fill(0.1 + 0.2)
  }
  expect(hd95AreaWeighted({ fromReference: areas, fromPrediction: areas }, { percent: 50 })).toBe(4)
})

it("of one element each is its distance", () => {
  const one = { fromReference: { distances: Float64Array.of(7) }, fromPrediction: { distances: Float64Array.of(7) } }
  for (const hd95 of [hd95Pooled, hd95MaxOfDirected, hd95MeanOfDirected, hd95AreaWeighted]) expect(hd95(one)).toBe(7)
})

it("the hundredth percentile is Hausdorff, but for plastimatch's", () => {
  for (const hd95 of [hd95Pooled, hd95MaxOfDirected, hd95AreaWeighted]) expect(hd95(pair, { percent: 100 })).toBe(100)
  expect(hd95MeanOfDirected(pair, { percent: 100 })).toBe(55)
})

it("with an empty mask each is NaN", () => {
  const lonely = {
    fromReference: { distances: Float64Array.of(Infinity) },
    fromPrediction: { distances: new Float64Array(0) }
  }
  for (const metric of [hausdorff, hd95Pooled, hd95MaxOfDirected, hd95MeanOfDirected, hd95AreaWeighted]) {
    expect(metric(lonely)).toBeNaN()
  }
})
