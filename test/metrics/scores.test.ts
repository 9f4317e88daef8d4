import { expect, it } from "vitest"
import { auc, mergeScores, scores } from "../../src/metrics/index.ts"

it("scores are told apart by the truth and sorted", () => {
  const { positives, negatives } = scores([3, 1, 2, -1, 0.5], [1, 0, 2, 0, 1])
  expect([...positives]).toEqual([0.5, 2, 3])
  expect([...negatives]).toEqual([-1, 1])
})

it("the scores of parts merge to those of the whole", () => {
  const whole = scores([3, 1, 2, -1, 0.5], [1, 0, 1, 0, 1])
  const parts = [scores([0.5], [1]), scores([3, 1], [1, 0]), scores([2, -1], [1, 0])]
  expect(mergeScores(parts)).toEqual(whole)
  expect(auc(mergeScores(parts))).toBe(5 / 6)
})

it("a score that is no number is named", () => {
  expect(() => scores([0, Number.NaN], [0, 1])).toThrow("score 1: it is not a number")
})
