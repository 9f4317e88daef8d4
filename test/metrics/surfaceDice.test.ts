import { expect, it } from "vitest"
import { surfaceDice, surfaceDistances, surfaceOverlap } from "../../src/metrics/index.ts"
import { drawing } from "../support/masks.ts"

const pair = {
  fromReference: { distances: Float64Array.of(0, 1, 5), weights: Float64Array.of(1, 2, 5) },
  fromPrediction: { distances: Float64Array.of(0, 2), weights: Float64Array.of(1, 1) }
}

it("what lies within the tolerance, the tolerance included, over everything", () => {
  expect([0, 0.5, 1, 2, 5].map((tolerance) => surfaceDice(pair, tolerance))).toEqual([0.2, 0.2, 0.4, 0.5, 1])
  expect(surfaceOverlap(pair.fromReference, 1)).toBe(3 / 8)
})

it("is 0 where one mask is empty and NaN where both are", () => {
  const [some, none] = [drawing(["##."]), drawing(["..."])]
  for (const surface of [4, "surfels"] as const) {
    expect(surfaceDice(surfaceDistances(some, none, { surface }), 5)).toBe(0)
    expect(surfaceDice(surfaceDistances(none, some, { surface }), 5)).toBe(0)
    expect(surfaceDice(surfaceDistances(none, none, { surface }), 5)).toBeNaN()
  }
})
