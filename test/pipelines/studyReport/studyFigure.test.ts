import * as Effect from "effect/Effect"
import { beforeAll, expect, it } from "vitest"
import type { Outcome } from "../../../src/pipelines/study/runStudy.ts"
import { type StudyFigure, studyFigure } from "../../../src/pipelines/studyReport/studyFigure.ts"
import { Files } from "../../../src/stages/files.ts"
import { caseResult } from "../../support/caseResult.ts"
import { type MadeUpStudy, madeUpStudy, phantoms } from "../../support/madeUpStudy.ts"
import { failed, finished } from "../../support/outcomes.ts"

let study: MadeUpStudy
let figure: StudyFigure
const drawn = (outcomes: ReadonlyArray<Outcome>) =>
  studyFigure(outcomes, { source: "lits", facts: study.facts, provenance: phantoms, directory: "studies" }).pipe(
    Effect.provideService(Files, study.files)
  )
beforeAll(async () => {
  study = await madeUpStudy([3, 4])
  figure = await Effect.runPromise(drawn(study.outcomes))
})

it("shows the test patients with tumours under the variants that have results", () => {
  expect(figure.cases.map(({ caseId }) => caseId).sort()).toEqual(["volume-0", "volume-2"])
  expect(figure.variants).toEqual(["ResNet-18", "ResNet-34"])
})

it("says who is seen, what is missing, and on which data it was made", () => {
  expect(figure.caption).toMatch(/^\(A\) CT, \(B\) label, \(C\) ResNet-18, \(D\) ResNet-34\. Tumours: large \(volume-/)
  expect(figure.caption).toMatch(/in 1 lesion\)/)
  expect(figure.caption).toContain("Lost & gone has no result.")
  expect(figure.caption).toMatch(/Made on 4 phantoms, at scale smoke, seed 3\.$/)
})

it("has a row for each patient and the data below them", () => {
  const { height, width } = figure.picture
  expect(width).toBeGreaterThan(4 * 256)
  // Slices of 10 x 12 pixels that are square in the patient.
  expect(height).toBeGreaterThan(2 * Math.round((10 / 12) * 256))
})

it("fails with a remedy where no masks were kept", async () => {
  const error = await Effect.runPromise(Effect.flip(drawn([finished("A", 1, [caseResult("volume-0", [])])])))
  expect(error).toMatchObject({ _tag: "StudyError", message: expect.stringMatching(/keep: \{ masks: true \}/) })
})

it("fails where every cell failed", async () => {
  const error = await Effect.runPromise(Effect.flip(drawn([failed("A", 1), failed("B", 1)])))
  expect(error).toMatchObject({ _tag: "StudyError", message: expect.stringMatching(/every cell failed/) })
})

it("fails where no test patient has a tumour", async () => {
  const none = { ...caseResult("volume-1", []), mask: "masks/volume-1.nii" }
  const error = await Effect.runPromise(Effect.flip(drawn([finished("A", 1, [none])])))
  expect(error).toMatchObject({ _tag: "StudyError", message: expect.stringMatching(/none of the test patients/) })
})
