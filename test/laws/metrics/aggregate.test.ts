import fc from "fast-check"
import { expect, it } from "vitest"
import {
  aggregate,
  assd,
  type Confusion,
  dice,
  emptyRules,
  fMeasure,
  litsCase,
  litsScore,
  mergeConfusion,
  recall,
  surfaceDistances,
  type Unit
} from "../../../src/metrics/index.ts"
import { volumePairs } from "../../support/randomMasks.ts"

const count = fc.oneof(fc.constant(0), fc.nat(1000))

/** Slices of up to five cases, each once. */
const units: fc.Arbitrary<ReadonlyArray<Unit<Confusion>>> = fc.uniqueArray(
  fc.record({
    caseId: fc.constantFrom("a", "b", "c", "d", "e"),
    slice: fc.nat(9),
    measured: fc.record({ tp: count, fp: count, fn: count, tn: count })
  }),
  { selector: ({ caseId, slice }) => `${caseId} ${slice}`, maxLength: 30 }
)

const rules = fc.constantFrom(...(Object.keys(emptyRules) as Array<keyof typeof emptyRules>))
const aggregations = fc.constantFrom<"pooled" | "perCase" | "perSlice">("pooled", "perCase", "perSlice")

it("the order of the units does not matter, to the last bit", () => {
  const shuffled = units.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray([...all], { minLength: all.length }))
  )
  fc.assert(
    fc.property(shuffled, aggregations, rules, ([all, other], aggregation, empty) => {
      for (const metric of [dice, recall]) {
        expect(aggregate(other, metric, { aggregation, empty })).toEqual(aggregate(all, metric, { aggregation, empty }))
      }
    })
  )
})

it("every unit is in the mean or counted as left out", () => {
  fc.assert(
    fc.property(units, rules, (all, empty) => {
      const perSlice = aggregate(all, recall, { aggregation: "perSlice", empty })
      expect(perSlice.count + perSlice.excluded).toBe(all.length)
      expect(perSlice.undefinedValues).toBe(all.filter(({ measured }) => measured.tp + measured.fn === 0).length)
      const perCase = aggregate(all, recall, { aggregation: "perCase", empty })
      expect(perCase.count + perCase.excluded).toBe(new Set(all.map(({ caseId }) => caseId)).size)
    })
  )
})

it("pooled over slices is pooled over cases, and F1 is Dice in every aggregation", () => {
  fc.assert(
    fc.property(units, aggregations, rules, (all, aggregation, empty) => {
      const cases = [...new Set(all.map(({ caseId }) => caseId))].map((caseId) => ({
        caseId,
        measured: mergeConfusion(all.filter((unit) => unit.caseId === caseId).map(({ measured }) => measured))
      }))
      const options = { aggregation: "pooled", empty: "exclude" } as const
      expect(aggregate(cases, dice, options).value).toEqual(aggregate(all, dice, options).value)
      expect(aggregate(all, fMeasure, { aggregation, empty })).toEqual(aggregate(all, dice, { aggregation, empty }))
    })
  )
})

it("a mean lies between the least and the greatest value", () => {
  fc.assert(
    fc.property(units, (all) => {
      const values = all.map(({ measured }) => dice(measured)).filter((value) => !Number.isNaN(value))
      fc.pre(values.length > 0)
      const { value } = aggregate(all, dice, { aggregation: "perSlice", empty: "exclude" })
      expect(value).toBeGreaterThanOrEqual(Math.min(...values) - 1e-12)
      expect(value).toBeLessThanOrEqual(Math.max(...values) + 1e-12)
    })
  )
})

it("a cohort of distances, and the LiTS score of a cohort, do not depend on its order", () => {
  fc.assert(
    fc.property(fc.array(volumePairs, { minLength: 1, maxLength: 5 }), fc.array(fc.nat()), (pairs, keys) => {
      const order = pairs.map((_, i) => i).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0))
      const distances = pairs.map(({ reference, prediction }, i) => ({
        caseId: String(i),
        measured: surfaceDistances(reference, prediction, { surface: "surfels" })
      }))
      for (const aggregation of ["pooled", "perCase"] as const) {
        const options = { aggregation, empty: "exclude" } as const
        expect(
          aggregate(
            order.map((i) => distances[i]),
            assd,
            options
          )
        ).toEqual(aggregate(distances, assd, options))
      }
      const cases = pairs.map(({ reference, prediction }, i) => {
        const labels = (voxels: Uint8Array, other: Uint8Array) => voxels.map((v, at) => v + (v & other[at]))
        const shape = [reference.shape[0], reference.shape[1], reference.shape[2] ?? 1] as const
        const spacing = [1, 1, 2] as const
        return litsCase(
          String(i),
          { voxels: labels(reference.voxels, prediction.voxels), shape, spacing },
          { voxels: labels(prediction.voxels, reference.voxels.toReversed()), shape }
        )
      })
      expect(litsScore(order.map((i) => cases[i]))).toEqual(litsScore(cases))
    }),
    { numRuns: 60 }
  )
})
