import { expect, it } from "vitest"
import { patientsTable, testsTable, variantsTable } from "../../../src/pipelines/studyReport/studyTables.ts"
import type { CaseFacts } from "../../../src/pipelines/surveyCohort.ts"
import { caseResult } from "../../support/caseResult.ts"
import { failed, finished } from "../../support/outcomes.ts"

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
  expect(columns[3]).toMatchObject({
    key: "dicePooled",
    title: "Dice, images pooled",
    deviation: "dicePooledDeviation"
  })
  expect(rows[0].dicePooled).toBeCloseTo(0.55, 12)
  expect(rows[0].dicePooledDeviation).toBeCloseTo(Math.sqrt(0.005), 12)
  expect(rows[1]).toEqual({ variant: "lost", n: "0 of 2" })
})

it("says of how many seeds a variant is where some have fewer, and of how many a number is", () => {
  const whole = [outcomes[0], outcomes[2]]
  expect(variantsTable(whole).columns.some(({ key }) => key === "n")).toBe(false)
  const nothing = finished("B", 2, [caseResult("p", [{ tp: 0, fp: 0, fn: 9, tn: 9 }])])
  const { rows, footnotes } = variantsTable([...whole, finished("B", 1, [found("p", 5)]), nothing, failed("C", 1)])
  expect(rows.map(({ n }) => n)).toEqual(["2 of 2", "2 of 2", "0 of 2"])
  expect(footnotes).toEqual([
    { text: "n = 1 of 2: under the other seeds it has no value.", row: 1, column: "precision" }
  ])
})

it("names the rule for empty masks, and the patients whom distances leave out", () => {
  const p = found("p", 6)
  const measured = { ...p, volume: { ...p.volume, distances: { assd: 2, hd95: 3, hausdorff: 4 } } }
  const { footnotes, note } = variantsTable([finished("A", 1, [measured, found("q", 4)])])
  expect(note).toContain("Rule for empty masks: exclude.")
  const text = "1 of 2 patients (not q)."
  expect(footnotes).toEqual([
    { text, row: 0, column: "asd" },
    { text, row: 0, column: "hd95" }
  ])
})

it("of one seed there is no deviation", () => {
  expect(variantsTable(outcomes.slice(0, 2)).columns.some(({ deviation }) => deviation !== undefined)).toBe(false)
})

it("patients have their tumour and a Dice for each variant; millimetres that mean nothing are left out", () => {
  const { rows } = patientsTable(outcomes, { cases: [facts("p"), facts("q", false), facts("in training")] })
  expect(rows.map(({ caseId }) => caseId)).toEqual(["p", "q"])
  expect(rows[0]).toMatchObject({ milliliters: 2.5, lesions: 2, "dice lost": Number.NaN })
  expect(rows[0]["dice A"]).toBeCloseTo(0.7, 12)
  expect(rows[1]).not.toHaveProperty("milliliters")
})

it("tests compare with a reference, or every pair", () => {
  const three = ["A", "B", "C"].map((variant, i) => finished(variant, 1, [found("p", i), found("q", 2 * i)]))
  expect(testsTable(three).rows).toHaveLength(3)
  expect(testsTable(three, { reference: "C" }).rows.map(({ first, second }) => first + second)).toEqual(["CA", "CB"])
})

it("tests say how many patients they rank, how, and which have nothing to be found", () => {
  const healthy = caseResult("r", [{ tp: 0, fp: 3, fn: 0, tn: 9 }])
  const two = ["A", "B"].map((variant, i) => finished(variant, 1, [found("p", i), found("q", 2 * i), healthy]))
  const { columns, footnotes, note, rows } = testsTable(two)
  expect(rows[0]).toMatchObject({ patients: "2 of 3", method: "exact", p: 0.5 })
  expect(columns.map(({ key }) => key)).toEqual(expect.arrayContaining(["patients", "method"]))
  expect(note).toContain("In r there is nothing to be found: Dice is 0 there whatever is marked.")
  expect(footnotes).toEqual([{ text: "With 2 patients no p can be less than 0.5.", row: 0, column: "p" }])
  const six = ["A", "B"].map((variant, i) =>
    finished(
      variant,
      1,
      [1, 2, 3, 4, 5, 6].map((n) => found(`p${n}`, n * i))
    )
  )
  expect(testsTable(six).footnotes).toEqual([])
  expect(testsTable(six).note).not.toContain("nothing to be found")
})
