import { expect, it } from "vitest"
import { dice, iou, noCounts, rvd, rvdLits, voe } from "../../src/metrics/index.ts"

// Two boxes, |P| = 9, |R| = 25, 6 in common.
const counts = { tp: 6, fp: 3, fn: 19, tn: 66 }

it("overlaps of two boxes", () => {
  expect(dice(counts)).toBeCloseTo(0.352941, 6)
  expect(iou(counts)).toBeCloseTo(6 / 28, 12)
  expect(voe(counts)).toBeCloseTo(0.785714, 6)
})

it("the relative volume difference is negative for a prediction that is too small, and LiTS has it the other way", () => {
  expect(rvd(counts)).toBeCloseTo(-0.64, 12)
  expect(rvdLits(counts)).toBeCloseTo(1.777778, 6)
})

it("two empty masks have no overlap, one empty mask has none in common", () => {
  for (const overlap of [dice, iou, voe]) expect(overlap(noCounts)).toBeNaN()
  const missed = { tp: 0, fp: 0, fn: 5, tn: 5 }
  expect([dice(missed), iou(missed), voe(missed), rvd(missed)]).toEqual([0, 0, 1, -1])
  expect(rvdLits(missed)).toBeNaN()
  expect(rvd({ tp: 0, fp: 5, fn: 0, tn: 5 })).toBeNaN()
})
