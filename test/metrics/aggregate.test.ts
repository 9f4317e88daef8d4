import { expect, it } from "vitest"
import {
  aggregate,
  assd,
  type confusion,
  dice,
  type emptyRules,
  precision,
  recall,
  surfaceDistances,
  type Unit
} from "../../src/metrics/index.ts"
import { drawing } from "../support/masks.ts"

const slice = (caseId: string, slice: number, tp: number, fp: number, fn: number) => ({
  caseId,
  slice,
  measured: { tp, fp, fn, tn: 100 - tp - fp - fn }
})

const slices = [slice("a", 0, 8, 2, 2), slice("a", 1, 0, 0, 0), slice("b", 0, 1, 0, 1), slice("b", 1, 0, 2, 0)]

it("pooled, per case and per slice are three numbers of the same counts", () => {
  const of = (aggregation: "pooled" | "perCase" | "perSlice") =>
    aggregate(slices, dice, { aggregation, empty: "exclude" })
  expect(of("pooled")).toEqual({
    value: 18 / 25,
    aggregation: "pooled",
    empty: "exclude",
    count: 4,
    excluded: 0,
    undefinedValues: 1
  })
  expect(of("perCase")).toMatchObject({ value: (16 / 20 + 2 / 5) / 2, count: 2, excluded: 0, undefinedValues: 0 })
  expect(of("perSlice").value).toBeCloseTo((16 / 20 + 2 / 3 + 0) / 3, 12)
  expect(of("perSlice")).toMatchObject({ count: 3, excluded: 1, undefinedValues: 1 })
})

it("the rules for empty masks bear on values that do not exist", () => {
  const of = (metric: typeof dice, empty: keyof typeof emptyRules) => {
    const { value, count, excluded, undefinedValues } = aggregate(slices, metric, { aggregation: "perSlice", empty })
    return [value, count, excluded, undefinedValues]
  }
  expect(of(recall, "exclude")).toEqual([(0.8 + 0.5) / 2, 2, 2, 2])
  // Slice a 1 is empty in both: right. Slice b 1 has a false positive: wrong.
  expect(of(recall, "lits")).toEqual([(0.8 + 1 + 0.5 + 0) / 4, 4, 0, 2])
  expect(of(recall, "zero")).toEqual([(0.8 + 0.5) / 4, 4, 0, 2])
  expect(of(precision, "onlyWithReference")).toEqual([(0.8 + 1) / 2, 2, 2, 1])
})

it("a mean over what has a reference leaves out false positives elsewhere, and says so", () => {
  const { value, excluded } = aggregate(slices, dice, { aggregation: "perSlice", empty: "onlyWithReference" })
  expect(value).toBeCloseTo((0.8 + 2 / 3) / 2, 12)
  expect(excluded).toBe(2)
  const pooled = aggregate(slices, dice, { aggregation: "pooled", empty: "onlyWithReference" })
  expect(pooled).toMatchObject({ value: 18 / 23, count: 2, excluded: 2 })
})

it("a rule of one's own has its name in the result", () => {
  const rule = { name: "half", bothEmpty: 0.5, oneEmpty: "exclude" } as const
  expect(aggregate(slices, recall, { aggregation: "perSlice", empty: rule })).toMatchObject({
    value: (0.8 + 0.5 + 0.5) / 3,
    empty: "half",
    count: 3,
    excluded: 1
  })
})

it("distances are aggregated like counts", () => {
  const measured = (reference: string, prediction: string) =>
    surfaceDistances(drawing([reference]), drawing([prediction]), { surface: 4 })
  const cases = [
    { caseId: "near", measured: measured("###...", ".###..") },
    { caseId: "far", measured: measured("#.....", ".....#") },
    { caseId: "missed", measured: measured("#.....", "......") },
    { caseId: "nothing", measured: measured("......", "......") }
  ]
  const of = (aggregation: "pooled" | "perCase", empty: keyof typeof emptyRules) =>
    aggregate(cases, assd, { aggregation, empty })
  expect(of("perCase", "exclude")).toMatchObject({ value: (1 / 3 + 5) / 2, count: 2, excluded: 2 })
  expect(of("perCase", "penalty9001")).toMatchObject({ value: (1 / 3 + 5 + 9001 + 0) / 4, count: 4, excluded: 0 })
  expect(of("pooled", "exclude")).toMatchObject({ value: (2 + 10) / 8, undefinedValues: 2 })
})

it("per lesion is the mean over lesions, of whatever case", () => {
  const lesions: ReadonlyArray<Unit<ReturnType<typeof confusion>>> = [
    { caseId: "a", lesion: 0, measured: { tp: 1, fp: 0, fn: 1, tn: 0 } },
    { caseId: "a", lesion: 1, measured: { tp: 1, fp: 0, fn: 0, tn: 0 } },
    { caseId: "b", lesion: 0, measured: { tp: 0, fp: 0, fn: 4, tn: 0 } }
  ]
  expect(aggregate(lesions, recall, { aggregation: "perLesion", empty: "exclude" }).value).toBe(0.5)
})

it("of nothing there is no mean", () => {
  for (const aggregation of ["pooled", "perCase", "perSlice", "perLesion"] as const) {
    const summary = aggregate([], dice, { aggregation, empty: "exclude" })
    expect([summary.value, summary.count, summary.excluded]).toEqual([Number.NaN, 0, 0])
  }
})

it("a unit given twice, or without its slice, is named", () => {
  const options = { aggregation: "perSlice", empty: "exclude" } as const
  expect(() => aggregate([...slices, slices[2]], dice, options)).toThrow("b, slice 0: it was measured twice")
  const whole = { caseId: "c", measured: { tp: 1, fp: 0, fn: 0, tn: 0 } }
  expect(() => aggregate([whole], dice, options)).toThrow("perSlice over c: it was measured without its `slice`")
})

it("an aggregation of another name is refused with those that are", () => {
  const aggregation = "perPatient" as "perCase"
  expect(() => aggregate(slices, dice, { aggregation, empty: "exclude" })).toThrow(
    'aggregation "perPatient": known are pooled, perCase, perSlice, perLesion'
  )
})
