import { expect, it } from "vitest"
import { masksOf, shownTests } from "../../../src/pipelines/studyReport/shownTests.ts"
import { caseResult } from "../../support/caseResult.ts"
import { failed, finished } from "../../support/outcomes.ts"

const maskless = caseResult("p", [])
const kept = { ...maskless, mask: "masks/p.nii" }
const placesOf = (shown: ReturnType<typeof shownTests>) =>
  [...shown.tests].flatMap(([variant, cells]) => cells.map(({ cell }) => `${variant}${cell.seed}${cell.fold ?? ""}`))

it("are of the first seed, where all are alike", () => {
  expect(shownTests([1, 2].flatMap((seed) => [finished("A", seed, [kept]), finished("B", seed, [kept])])).seed).toBe(1)
})

it("are of the seed under which the most variants kept masks, and else have results", () => {
  const masks = [finished("A", 1, [maskless]), finished("B", 1, [maskless]), finished("A", 2, [kept])]
  expect(shownTests(masks).seed).toBe(2)
  const results = [
    failed("A", 1),
    finished("B", 1, [maskless]),
    finished("A", 2, [maskless]),
    finished("B", 2, [maskless])
  ]
  expect(shownTests(results).seed).toBe(2)
})

it("are all folds of a variant, in the order of the study", () => {
  const folds = [
    failed("A", 1, 0),
    finished("B", 1, [kept], 0),
    finished("A", 1, [kept], 1),
    finished("B", 1, [kept], 1)
  ]
  expect(placesOf(shownTests(folds))).toEqual(["A11", "B10", "B11"])
  expect(masksOf(shownTests(folds), "studies").map(({ path }) => path)).toEqual([
    "studies/cells/A1/masks/p.nii",
    "studies/cells/B1/masks/p.nii",
    "studies/cells/B1/masks/p.nii"
  ])
})

it("are none where every cell failed", () => {
  expect(shownTests([failed("A", 1)])).toEqual({ tests: new Map() })
})
