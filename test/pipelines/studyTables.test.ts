import { expect, it } from "vitest"
import {
  overSeeds,
  patientsTable,
  seedsInWords,
  testsTable,
  variantsTable,
  withData
} from "../../src/pipelines/studyTables.ts"
import type { CaseFacts } from "../../src/pipelines/surveyCohort.ts"
import { caseResult } from "../support/caseResult.ts"
import { failed, finished } from "../support/outcomes.ts"

const found = (caseId: string, tp: number) => caseResult(caseId, [{ tp, fp: 10 - tp, fn: 10 - tp, tn: 80 }])
const outcomes = [
  finished("A", 1, [found("p", 6), found("q", 4)]),
  failed("lost", 1),
  finished("A", 2, [found("p", 8), found("q", 4)])
]
const facts = (id: string, spacingTrusted = true): CaseFacts => ({
  id,
  content: "",
  hasTumor: true,
  slices: 1,
  spacingTrusted,
  tumor: { volume: 2500, lesions: 2, largest: 2000, slice: 0, onSlice: 1 }
})

it("variants have the mean and deviation over seeds, and keep their place where they failed", () => {
  const { rows, columns } = variantsTable(outcomes)
  expect(columns[2]).toMatchObject({ key: "mean0", title: "Dice, images pooled" })
  expect(rows[0].mean0).toBeCloseTo(0.55, 12)
  expect(rows[0].deviation0).toBeCloseTo(Math.sqrt(0.005), 12)
  expect(rows[1]).toEqual({ variant: "lost" })
})

it("of one seed there is no deviation", () => {
  expect(variantsTable(outcomes.slice(0, 2)).columns.some(({ key }) => key.startsWith("deviation"))).toBe(false)
  expect(seedsInWords(outcomes.slice(0, 2))).toBe("seed 1")
  expect(seedsInWords(outcomes)).toBe("2 seeds")
  expect(overSeeds(outcomes.slice(0, 2))).toBe("seed 1")
  expect(overSeeds(outcomes)).toBe("mean over 2 seeds")
})

it("patients have their tumour and a Dice for each variant; millimetres that mean nothing are left out", () => {
  const { rows } = patientsTable(outcomes, { cases: [facts("p"), facts("q", false), facts("in training")] })
  expect(rows.map(({ caseId }) => caseId)).toEqual(["p", "q"])
  expect(rows[0]).toMatchObject({ milliliters: 2.5, lesions: 2, dice1: Number.NaN })
  expect(rows[0].dice0).toBeCloseTo(0.7, 12)
  expect(rows[1]).not.toHaveProperty("milliliters")
})

it("tests compare with a reference, or every pair", () => {
  const three = ["A", "B", "C"].map((variant, i) => finished(variant, 1, [found("p", i), found("q", 2 * i)]))
  expect(testsTable(three).rows).toHaveLength(3)
  expect(testsTable(three, { reference: "C" }).rows.map(({ first, second }) => first + second)).toEqual(["CA", "CB"])
})

it("a file's rows say on which data they were made", () => {
  const provenance = { name: "p", cases: 8, phantoms: 8, scale: "smoke" } as const
  const { columns, rows } = withData(variantsTable(outcomes), provenance)
  expect(columns.at(-1)?.key).toBe("data")
  expect(rows.map(({ data }) => data)).toEqual(Array(2).fill("8 phantoms, at scale smoke"))
})
