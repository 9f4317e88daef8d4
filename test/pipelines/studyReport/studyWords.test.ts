import { expect, it } from "vitest"
import { overSeeds, patientsInWords, seedsInWords, some } from "../../../src/pipelines/studyReport/studyWords.ts"
import { caseResult } from "../../support/caseResult.ts"
import { failed, finished } from "../../support/outcomes.ts"

const cases = [caseResult("p", [{ tp: 1, fp: 0, fn: 0, tn: 1 }])]

it("a single seed is named, several are counted", () => {
  expect(seedsInWords([finished("A", 7, cases)])).toBe("seed 7")
  expect(overSeeds([finished("A", 7, cases)])).toBe("seed 7")
  const two = [finished("A", 1, cases), finished("A", 2, cases)]
  expect(seedsInWords(two)).toBe("2 seeds")
  expect(overSeeds(two)).toBe("mean over 2 seeds")
})

it("variants that have fewer seeds than the study are named; those without any have no numbers to speak of", () => {
  const study = [
    finished("A", 1, cases),
    finished("A", 2, cases),
    finished("B", 1, cases),
    failed("B", 2),
    failed("C", 1)
  ]
  expect(seedsInWords(study)).toBe("2 seeds (n = 1 of 2 for B)")
  expect(overSeeds(study)).toBe("mean over 2 seeds (n = 1 of 2 for B)")
})

it("a seed without one of its folds is not counted", () => {
  const folds = [finished("A", 1, cases, 0), finished("A", 1, cases, 1), finished("A", 2, cases, 0), failed("A", 2, 1)]
  expect(seedsInWords(folds)).toBe("2 seeds (n = 1 of 2 for A)")
})

it("patients count once", () => {
  expect(patientsInWords([finished("A", 1, cases), finished("B", 1, cases)])).toBe("1 test patient")
  expect(some(2, "variant")).toBe("2 variants")
})
