import { expect, it } from "vitest"
import { checkSplit, kFold, type Ratios, type Split, SplitError, splitCases } from "../../src/stages/split.ts"

const NO_TUMOR = new Set([32, 34, 38, 41, 47, 87, 89, 91, 105, 106, 114, 115, 119])
const lits = Array.from({ length: 131 }, (_, i) => ({ id: `volume-${i}`, hasTumor: !NO_TUMOR.has(i) }))
const cohort = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `p${i}`, hasTumor: true }))
const withoutTumor = (ids: ReadonlyArray<string>) =>
  lits.filter(({ id, hasTumor }) => !hasTumor && ids.includes(id)).length

it("LiTS 8:1:1 is 105, 13 and 13 patients with one tumour-free patient in each small set", () => {
  const { train, validation, test } = splitCases(lits, { seed: 7 })
  expect([train, validation, test].map((ids) => ids.length)).toEqual([105, 13, 13])
  expect([train, validation, test].map(withoutTumor)).toEqual([11, 1, 1])
})

it("another seed is another split", () => {
  expect(splitCases(lits, { seed: 8 }).test).not.toEqual(splitCases(lits, { seed: 7 }).test)
})

it("ids come in natural order", () => {
  const { train } = splitCases(cohort(30), { seed: 1 })
  expect(train).toEqual([...train].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1))))
})

it("three patients are one for each subset", () => {
  const { train, validation, test } = splitCases(cohort(3), { seed: 1 })
  expect([train.length, validation.length, test.length]).toEqual([1, 1, 1])
})

it("where tumours are rare, every subset still gets one", () => {
  const rare = cohort(20).map(({ id }, i) => ({ id, hasTumor: i < 3 }))
  const split = splitCases(rare, { seed: 3, ratios: [8, 1, 1] })
  const bearing = new Set(["p0", "p1", "p2"])
  expect([split.train, split.validation, split.test].map((ids) => ids.filter((id) => bearing.has(id)).length)).toEqual([
    1, 1, 1
  ])
})

it("a ratio of 0 is an empty subset", () => {
  const split = splitCases(cohort(10), { seed: 1, ratios: [4, 0, 1] })
  expect([split.train.length, split.validation.length, split.test.length]).toEqual([8, 0, 2])
})

it("five folds test every patient once and validate on the next fold", () => {
  const folds = kFold(lits, { folds: 5, seed: 2 })
  expect(folds.map(({ test }) => test.length)).toEqual([27, 26, 26, 26, 26])
  expect(folds.flatMap(({ test }) => test).sort()).toEqual(lits.map(({ id }) => id).sort())
  expect(folds.map(({ validation }) => validation)).toEqual([1, 2, 3, 4, 0].map((i) => folds[i].test))
  expect(folds.map(({ test }) => withoutTumor(test)).sort()).toEqual([2, 2, 3, 3, 3])
})

it("two folds work without validation", () => {
  const [a, b] = kFold(cohort(4), { folds: 2, seed: 2, validation: false })
  expect(a.train).toEqual(b.test)
  expect(a.validation).toEqual([])
  expect(() => kFold(cohort(4), { folds: 2, seed: 2 })).toThrow("use 3 or more, or two and { validation: false }")
})

it("cohorts that cannot be split are refused with the reason", () => {
  expect(() => splitCases([], { seed: 1 })).toThrow(SplitError)
  expect(() => splitCases([], { seed: 1 })).toThrow(
    "there is no case to split; look at the cohort's path, and at what was left out before"
  )
  expect(() => splitCases(cohort(2), { seed: 1 })).toThrow("2 cases cannot fill 3 parts")
  expect(() => kFold(cohort(4), { folds: 5, seed: 1 })).toThrow("4 cases cannot fill 5 parts")
  expect(() => splitCases([...cohort(5), ...cohort(1)], { seed: 1 })).toThrow("repeated: p0")
  expect(() => splitCases(cohort(9), { seed: 1, ratios: [8, -1, 1] })).toThrow("not negative")
  expect(() => splitCases(cohort(9), { seed: 1, ratios: [1, 1] as unknown as Ratios })).toThrow(
    "ratios must be three, to train, validate and test"
  )
  expect(() => splitCases(cohort(9), { seed: 1.5 })).toThrow("split: the seed must be an integer; found 1.5")
})

it("a split is checked against its cohort", () => {
  const split: Split = splitCases(cohort(5), { seed: 1 })
  const ids = cohort(5).map(({ id }) => id)
  expect(() => checkSplit(split, ids)).not.toThrow()
  expect(() => checkSplit(split, [...ids, "p9"])).toThrow("in no subset; split again: p9")
  expect(() => checkSplit(split, ids.slice(1))).toThrow("the cohort does not have (another cohort's split?): p0")
  expect(() => checkSplit({ ...split, test: [...split.test, split.train[0]] })).toThrow(SplitError)
})
