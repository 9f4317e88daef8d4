import { expect, it } from "vitest"
import { patientMeans, variantsOf } from "../../../src/pipelines/study/patientMeans.ts"
import { caseResult } from "../../support/caseResult.ts"
import { failed, finished } from "../../support/outcomes.ts"

const found = (caseId: string, tp: number) => caseResult(caseId, [{ tp, fp: 0, fn: 0, tn: 0 }])
const outcomes = [
  failed("lost", 1),
  finished("A", 1, [found("p", 1), found("q", 4)]),
  finished("A", 2, [found("p", 3), found("q", Number.NaN)])
]
const means = patientMeans(outcomes, ({ volume }) => volume.voxels.tp)

it("takes the mean of a patient over the seeds", () => {
  expect(means.get("A")?.get("p")).toBe(2)
})

it("a patient without a value in one of them has none", () => {
  expect(means.get("A")?.get("q")).toBeNaN()
})

it("keeps the place of a variant that failed", () => {
  expect([...means.keys()]).toEqual(["lost", "A"])
  expect(means.get("lost")?.size).toBe(0)
  expect(variantsOf(outcomes)).toEqual(["lost", "A"])
})
