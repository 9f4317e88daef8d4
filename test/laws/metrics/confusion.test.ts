import fc from "fast-check"
import { expect, it } from "vitest"
import {
  type Confusion,
  confusion,
  dice,
  fMeasure,
  iou,
  mergeConfusion,
  noCounts,
  precision,
  recall,
  rvd,
  rvdLits,
  specificity,
  voe
} from "../../../src/metrics/index.ts"
import { maskPairs } from "../../support/randomMasks.ts"

const counts: fc.Arbitrary<Confusion> = fc.record({
  tp: fc.nat(1e9),
  fp: fc.nat(1e9),
  fn: fc.nat(1e9),
  tn: fc.nat(1e9)
})

it("the counts are those of one look at each voxel", () => {
  fc.assert(
    fc.property(maskPairs, ({ reference, prediction }) => {
      const expected = { tp: 0, fp: 0, fn: 0, tn: 0 }
      reference.voxels.forEach((r, i) => {
        const p = prediction.voxels[i]
        expected[r !== 0 ? (p !== 0 ? "tp" : "fn") : p !== 0 ? "fp" : "tn"]++
      })
      expect(confusion(reference, prediction)).toEqual(expected)
    })
  )
})

it("exchanging the masks exchanges false positives and false negatives, precision and recall, and leaves Dice", () => {
  fc.assert(
    fc.property(maskPairs, ({ reference, prediction }) => {
      const [there, back] = [confusion(reference, prediction), confusion(prediction, reference)]
      expect(back).toEqual({ ...there, fp: there.fn, fn: there.fp })
      expect([precision(back), recall(back), dice(back), iou(back)]).toEqual([
        recall(there),
        precision(there),
        dice(there),
        iou(there)
      ])
      expect(rvdLits(there)).toEqual(rvd(back))
    })
  )
})

it("rates and overlaps lie between 0 and 1, or are not defined", () => {
  fc.assert(
    fc.property(counts, fc.double({ min: 0, max: 10, noNaN: true }), (c, beta) => {
      const f = (of: Confusion) => fMeasure(of, { beta })
      for (const metric of [precision, recall, specificity, dice, iou, voe, f]) {
        const value = metric(c)
        expect(Number.isNaN(value) || (value >= 0 && value <= 1)).toBe(true)
      }
      expect(Number.isNaN(rvd(c)) || rvd(c) >= -1).toBe(true)
    })
  )
})

it("F1 is Dice on one pool, and lies between precision and recall", () => {
  fc.assert(
    fc.property(counts, (c) => {
      expect(fMeasure(c)).toBe(dice(c))
      const [p, r, f] = [precision(c), recall(c), fMeasure(c)]
      if (!Number.isNaN(p + r)) {
        expect(f).toBeGreaterThanOrEqual(Math.min(p, r) * (1 - 1e-12))
        expect(f).toBeLessThanOrEqual(Math.max(p, r) * (1 + 1e-12))
      }
    })
  )
})

it("Dice and IoU order cases alike: D = 2 J / (1 + J)", () => {
  fc.assert(
    fc.property(counts, (c) => {
      fc.pre(c.tp + c.fp + c.fn > 0)
      expect(dice(c)).toBeCloseTo((2 * iou(c)) / (1 + iou(c)), 12)
      expect(voe(c)).toBeCloseTo(1 - dice(c) / (2 - dice(c)), 12)
    })
  )
})

it("counts merge in any order and in parts", () => {
  fc.assert(
    fc.property(counts, counts, counts, (a, b, c) => {
      const all = mergeConfusion([a, b, c])
      expect(mergeConfusion([mergeConfusion([a, b]), c])).toEqual(all)
      expect(mergeConfusion([a, mergeConfusion([b, c])])).toEqual(all)
      expect(mergeConfusion([c, a, b])).toEqual(all)
      expect(mergeConfusion([a, noCounts])).toEqual(a)
    })
  )
})
