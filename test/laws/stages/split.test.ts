import * as fc from "fast-check"
import { expect, it } from "vitest"
import { kFold, type Ratios, SUBSETS, splitCases } from "../../../src/stages/split.ts"
import { formatSplit, parseSplit } from "../../../src/stages/splitFile.ts"

const cases = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { minLength: 3, maxLength: 150 })
  .chain((ids) => fc.tuple(...ids.map((id) => fc.record({ id: fc.constant(id), hasTumor: fc.boolean() }))))
const ratios: fc.Arbitrary<Ratios> = fc.tuple(
  fc.integer({ min: 1, max: 20 }),
  fc.integer({ min: 0, max: 20 }),
  fc.integer({ min: 0, max: 20 })
)
const seed = fc.integer()

it("every patient is in exactly one subset", () => {
  fc.assert(
    fc.property(cases, ratios, seed, (cohort, shares, from) => {
      const split = splitCases(cohort, { seed: from, ratios: shares })
      expect(SUBSETS.flatMap((subset) => split[subset]).sort()).toEqual(cohort.map(({ id }) => id).sort())
    })
  )
})

it("the order in which patients are given does not matter", () => {
  fc.assert(
    fc.property(cases, seed, (cohort, from) => {
      expect(splitCases([...cohort].reverse(), { seed: from })).toEqual(splitCases(cohort, { seed: from }))
    })
  )
})

it("sizes and tumours are in proportion, to less than one patient, unless a subset would have been empty", () => {
  fc.assert(
    fc.property(cases, ratios, seed, (cohort, shares, from) => {
      const split = splitCases(cohort, { seed: from, ratios: shares })
      const sum = shares.reduce((a, b) => a + b)
      const bearing = new Set(cohort.filter(({ hasTumor }) => hasTumor).map(({ id }) => id))
      const parts = SUBSETS.map((subset) => split[subset])
      const tumors = parts.map((ids) => ids.filter((id) => bearing.has(id)).length)
      parts.forEach(({ length }, i) => {
        if (shares[i] === 0) expect(length).toBe(0)
        else expect(length).toBeGreaterThan(0)
        if (parts.every((part, j) => part.length > 1 || shares[j] === 0)) {
          expect(Math.abs(length - (cohort.length * shares[i]) / sum)).toBeLessThan(1)
        }
        if (tumors.every((count, j) => count > 1 || shares[j] === 0)) {
          expect(Math.abs(tumors[i] - (bearing.size * length) / cohort.length)).toBeLessThan(1)
        }
      })
    })
  )
})

it("folds partition the cohort, differ by at most one patient, and never train on what they test", () => {
  fc.assert(
    fc.property(cases, fc.integer({ min: 3, max: 10 }), seed, (cohort, folds, from) => {
      fc.pre(cohort.length >= folds)
      const splits = kFold(cohort, { folds, seed: from })
      const everyone = cohort.map(({ id }) => id).sort()
      expect(splits.flatMap(({ test }) => test).sort()).toEqual(everyone)
      const sizes = splits.map(({ test }) => test.length)
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      for (const split of splits) expect(SUBSETS.flatMap((subset) => split[subset]).sort()).toEqual(everyone)
    })
  )
})

it("a split survives its file, and no mutation of the file is anything but a split or a SplitError", () => {
  fc.assert(
    fc.property(cases, seed, fc.nat(), fc.string({ maxLength: 3 }), (cohort, from, at, splice) => {
      const split = splitCases(cohort, { seed: from })
      const text = formatSplit(split)
      expect(parseSplit(text, "split.json")).toEqual(split)
      const cut = at % text.length
      try {
        parseSplit(text.slice(0, cut) + splice + text.slice(cut + 1), "split.json")
      } catch (error) {
        expect(error).toMatchObject({ _tag: "SplitError" })
      }
    })
  )
})
