import fc from "fast-check"
import { expect, it } from "vitest"
import {
  areaUnderCurve,
  auc,
  mergeRocCounts,
  mergeScores,
  rocCounts,
  rocCurve,
  rocCurveOfCounts,
  scores
} from "../../../src/metrics/index.ts"

/** Scores on a coarse grid, so that they tie, and truths. */
const predictions = fc.array(
  fc.tuple(
    fc.nat(20).map((n) => Math.fround(n / 20)),
    fc.nat(1)
  ),
  { minLength: 1, maxLength: 40 }
)

const columns = (rows: ReadonlyArray<readonly [number, number]>) =>
  [rows.map(([p]) => p), rows.map(([, t]) => t)] as const

it("the exact AUC is the share of pairs in the right order, and the area under the curve", () => {
  fc.assert(
    fc.property(predictions, (rows) => {
      const positives = rows.filter(([, truth]) => truth === 1)
      const negatives = rows.filter(([, truth]) => truth === 0)
      fc.pre(positives.length > 0 && negatives.length > 0)
      const pairs = positives.flatMap(([p]) => negatives.map(([n]) => (p > n ? 1 : p === n ? 0.5 : 0)))
      const expected = pairs.reduce<number>((sum, win) => sum + win, 0) / pairs.length
      const all = scores(...columns(rows))
      expect(auc(all)).toBeCloseTo(expected, 12)
      expect(areaUnderCurve(rocCurve(all))).toBeCloseTo(expected, 12)
    })
  )
})

it("the AUC does not care how scores are scaled, and turning them round turns it round", () => {
  fc.assert(
    fc.property(predictions, (rows) => {
      const [p, t] = columns(rows)
      const area = auc(scores(p, t))
      fc.pre(!Number.isNaN(area))
      expect(
        auc(
          scores(
            p.map((score) => 7 * score - 2),
            t
          )
        )
      ).toBeCloseTo(area, 12)
      expect(
        auc(
          scores(
            p.map((score) => -score),
            t
          )
        )
      ).toBeCloseTo(1 - area, 12)
    })
  )
})

it("rates rise along a curve, from 0 to 1", () => {
  fc.assert(
    fc.property(predictions, fc.integer({ min: 1, max: 300 }), (rows, steps) => {
      const [p, t] = columns(rows)
      fc.pre(new Set(t).size === 2)
      for (const curve of [rocCurve(scores(p, t)), rocCurveOfCounts(rocCounts(p, t, { steps }))]) {
        for (const rate of [curve.falsePositiveRate, curve.truePositiveRate]) {
          expect([...rate]).toEqual([...rate].sort((a, b) => a - b))
          expect(rate[0]).toBe(0)
          expect(rate[rate.length - 1]).toBeLessThanOrEqual(1)
        }
      }
    })
  )
})

it("counts at every threshold are those of a look at every score", () => {
  const anything = fc.array(fc.tuple(fc.float({ min: -2, max: 2, noNaN: true }), fc.nat(1)), { maxLength: 30 })
  fc.assert(
    fc.property(anything, fc.integer({ min: 1, max: 300 }), (rows, steps) => {
      const [p, t] = columns(rows)
      const { truePositives, falsePositives } = rocCounts(p, t, { steps })
      for (let k = 0; k <= steps; k++) {
        const above = rows.filter(([score]) => score > Math.fround(k / steps))
        expect(truePositives[k]).toBe(above.filter(([, truth]) => truth === 1).length)
        expect(falsePositives[k]).toBe(above.filter(([, truth]) => truth === 0).length)
      }
    })
  )
})

it("scores and counts merge in any order and in parts", () => {
  fc.assert(
    fc.property(predictions, predictions, predictions, (a, b, c) => {
      const whole = columns([...a, ...b, ...c])
      const [x, y, z] = [a, b, c].map(columns)
      expect(mergeScores([scores(...z), mergeScores([scores(...x), scores(...y)])])).toEqual(scores(...whole))
      expect(mergeRocCounts([mergeRocCounts([rocCounts(...y), rocCounts(...z)]), rocCounts(...x)])).toEqual(
        rocCounts(...whole)
      )
    })
  )
})
