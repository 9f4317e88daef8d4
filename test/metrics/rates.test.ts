import { expect, it } from "vitest"
import { fMeasure, noCounts, precision, recall, sensitivity, specificity } from "../../src/metrics/index.ts"

const counts = { tp: 6, fp: 3, fn: 19, tn: 72 }

it("precision, recall and specificity are the standard ratios", () => {
  expect(precision(counts)).toBe(6 / 9)
  expect(recall(counts)).toBe(6 / 25)
  expect(sensitivity(counts)).toBe(6 / 25)
  expect(specificity(counts)).toBe(72 / 75)
})

it("F with beta weighs recall beta times as much as precision", () => {
  const [p, r] = [precision(counts), recall(counts)]
  for (const beta of [0, 0.5, 1, 2, 7]) {
    expect(fMeasure(counts, { beta })).toBeCloseTo(((1 + beta ** 2) * p * r) / (beta ** 2 * p + r), 12)
  }
})

it("F of the precision and recall in the paper's Table 1 is its Dice, which is therefore pooled", () => {
  // ResNet-18: P 0.858, R 0.826, Dice 0.841.
  const tp = 0.858 * 0.826
  expect(fMeasure({ tp, fp: 0.826 - tp, fn: 0.858 - tp, tn: 0 })).toBeCloseTo(0.8417, 4)
})

it("0/0 is NaN, and 0 of something is 0", () => {
  for (const rate of [precision, recall, specificity, fMeasure]) expect(rate(noCounts)).toBeNaN()
  expect(precision({ tp: 0, fp: 0, fn: 5, tn: 5 })).toBeNaN()
  expect(recall({ tp: 0, fp: 5, fn: 0, tn: 5 })).toBeNaN()
  expect(fMeasure({ tp: 0, fp: 0, fn: 5, tn: 5 })).toBe(0)
})
