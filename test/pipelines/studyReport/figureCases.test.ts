import { expect, it } from "vitest"
import { figureCases } from "../../../src/pipelines/studyReport/figureCases.ts"
import type { CaseFacts } from "../../../src/pipelines/surveyCohort.ts"

const facts = (id: string, volume: number, lesions: number, largest: number, spacingTrusted = true): CaseFacts => ({
  id,
  hasTumor: volume > 0,
  content: id,
  slices: 20,
  spacingTrusted,
  tumor: { volume, lesions, largest, slice: volume % 20, onSlice: 5 }
})
const cohort = [
  facts("none", 0, 0, 0),
  facts("small", 103, 1, 103),
  facts("large", 5004, 2, 5000),
  facts("middle", 1009, 1, 1009),
  facts("dominated", 907, 6, 800),
  facts("scattered", 905, 6, 200),
  facts("untrusted", 9e6, 40, 8e6, false)
]

it("picks a small, a large and a scattered tumour by the truth", () => {
  expect(figureCases(cohort)).toEqual([
    { kind: "small", caseId: "small", slice: 3, lesions: 1, tumorVolume: 103 },
    { kind: "large", caseId: "large", slice: 4, lesions: 2, tumorVolume: 5004 },
    { kind: "scattered", caseId: "scattered", slice: 5, lesions: 6, tumorVolume: 905 }
  ])
})

it("the order of the cases matters to equals alone", () => {
  expect(figureCases([...cohort].reverse())).toEqual(figureCases(cohort))
})

it("of few patients it picks no one twice", () => {
  expect(figureCases(cohort.slice(0, 3)).map(({ caseId }) => caseId)).toEqual(["small", "large"])
  expect(figureCases([cohort[0]])).toEqual([])
})

it("fewer than three are called nothing, nor is one lesion called scattered", () => {
  expect(figureCases(cohort.slice(0, 3)).every((each) => !("kind" in each))).toBe(true)
  const single = figureCases([facts("a", 10, 1, 10), facts("b", 20, 1, 20), facts("c", 30, 1, 30)])
  expect(single.map(({ kind }) => kind)).toEqual(["small", "large", undefined])
})

it("without any patient to be trusted in millimetres it takes those that there are", () => {
  expect(figureCases([cohort[6]]).map(({ caseId }) => caseId)).toEqual(["untrusted"])
})
