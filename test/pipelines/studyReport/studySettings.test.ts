import { expect, it } from "vitest"
import type { Outcome } from "../../../src/pipelines/study/runStudy.ts"
import { protocolTable, settingsInWords } from "../../../src/pipelines/studyReport/studySettings.ts"
import { failed, finished } from "../../support/outcomes.ts"

const facts = { cases: [], hash: "0" }
/** An outcome whose variant has something else in its protocol. */
const changed = <O extends Outcome>(outcome: O, protocol: object): O => ({
  ...outcome,
  cell: { ...outcome.cell, protocol: { ...outcome.cell.protocol, ...protocol } }
})

it("a protocol that all variants share has a row each setting", () => {
  const { columns, rows } = protocolTable([finished("A", 1, []), finished("A", 2, []), failed("B", 1)])
  expect(columns.map(({ key }) => key)).toEqual(["setting", "value"])
  expect(new Set(rows.map(({ setting }) => setting)).size).toBe(rows.length)
  expect(rows.some(({ setting }) => setting === "seed")).toBe(false)
})

it("where variants differ in a setting each value has its variants, those that failed among them", () => {
  const flip = { augmentation: [{ kind: "flip", axis: "vertical" }] }
  const { columns, rows } = protocolTable([
    finished("plain", 1, []),
    changed(finished("flipped", 1, []), flip),
    changed(failed("flipped too", 1), flip)
  ])
  expect(columns.map(({ key }) => key)).toEqual(["setting", "variants", "value"])
  expect(rows.filter(({ setting }) => setting === "augmentation")).toEqual([
    { setting: "augmentation", variants: "plain", value: "[]" },
    { setting: "augmentation", variants: "flipped, flipped too", value: "[{kind: flip, axis: vertical}]" }
  ])
  expect(rows.find(({ setting }) => setting === "epochs")?.variants).toBe("all")
})

it("a setting that a variant does not have is not set in it", () => {
  const { rows } = protocolTable([finished("A", 1, []), changed(finished("B", 1, []), { gradientClip: 1 })])
  expect(rows.filter(({ setting }) => setting === "gradientClip").map(({ value }) => value)).toEqual(["not set", "1"])
})

it("patients are told of each variant where variants split them differently", () => {
  const [a, b] = [finished("A", 1, []), finished("B", 1, [])]
  expect(settingsInWords({ outcomes: [a, b], facts })).toContain("Patients to train on: 0")
  const other = { ...b, result: { ...b.result, split: { ...b.result.split, train: ["p"] } } }
  const words = settingsInWords({ outcomes: [a, other], facts })
  expect(words).toContain("Patients of A to train on: 0")
  expect(words).toContain("Patients of B to train on: 1")
})
