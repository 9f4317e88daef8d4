import { expect, it } from "vitest"
import {
  areaUnderCurve,
  mergeRocCounts,
  rocCounts,
  rocCurve,
  rocCurveOfCounts,
  scores
} from "../../src/metrics/index.ts"

it("a curve has a point for every score, from nothing to everything", () => {
  const curve = rocCurve(scores([0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0]))
  expect([...curve.thresholds]).toBeAllclose([0.9, 0.5, 0.1, -Infinity])
  expect([...curve.truePositiveRate]).toEqual([0, 0.5, 1, 1])
  expect([...curve.falsePositiveRate]).toEqual([0, 0, 0.5, 1])
})

it("a score exceeds a threshold strictly, in float32", () => {
  const third = Math.fround(1 / 3)
  const counts = rocCounts([0, third, third + 1e-9, 2 / 3, 1], [1, 1, 1, 1, 1], { steps: 3 })
  // In float32 all but the last are thresholds themselves.
  expect([...counts.truePositives]).toEqual([4, 2, 1, 0])
})

it("every threshold of 201 counts exactly what exceeds it", () => {
  const probabilities = Float32Array.from({ length: 2001 }, (_, i) =>
    i % 3 === 0 ? i / 2000 : Math.fround(i / 10) / 200
  )
  const truth = Uint8Array.from({ length: 2001 }, (_, i) => i % 2)
  const counts = rocCounts(probabilities, truth)
  const above = (k: number, label: number) =>
    probabilities.filter((p, i) => truth[i] === label && p > Math.fround(k / 200)).length
  for (let k = 0; k <= 200; k++) {
    expect([counts.truePositives[k], counts.falsePositives[k]]).toEqual([above(k, 1), above(k, 0)])
  }
})

it("numbers beyond [0, 1] count as beyond it", () => {
  const counts = rocCounts([-5, 7, Infinity, -Infinity], [1, 1, 1, 1], { steps: 2 })
  expect([...counts.truePositives]).toEqual([2, 2, 2])
})

it("counts of parts merge to those of the whole, and of other thresholds do not", () => {
  const [p, t] = [
    [0.1, 0.6, 0.9, 0.4],
    [0, 1, 1, 1]
  ]
  const part = (from: number, to: number) => rocCounts(p.slice(from, to), t.slice(from, to), { steps: 10 })
  expect(mergeRocCounts([part(0, 1), part(1, 4)])).toEqual(part(0, 4))
  expect(() => mergeRocCounts([part(0, 1), rocCounts([1], [1])])).toThrow("a ROC curve of 200 steps: the other has 10")
})

it("a score of exactly 0 exceeds no threshold, so that the curve of 201 ends short of (1, 1) where the exact one does not", () => {
  const [p, t] = [
    [1, 0],
    [1, 0]
  ]
  expect(areaUnderCurve(rocCurveOfCounts(rocCounts(p, t)))).toBe(0)
  expect(areaUnderCurve(rocCurve(scores(p, t)))).toBe(1)
})

it("a missing class leaves its rate undefined", () => {
  const curve = rocCurveOfCounts(rocCounts([0.2, 0.7], [1, 1]))
  expect(curve.falsePositiveRate.every(Number.isNaN)).toBe(true)
  expect(areaUnderCurve(curve)).toBeNaN()
})

it("scores that are no numbers, or too few, are refused", () => {
  expect(() => rocCounts([0.5, Number.NaN], [0, 1])).toThrow("score 1: it is not a number")
  expect(() => scores([0.5], [0, 1])).toThrow("1 scores: the reference has 2 values")
  expect(() => rocCounts([0.5], [1], { steps: 0 })).toThrow("a positive integer is needed")
})
