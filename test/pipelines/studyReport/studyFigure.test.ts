import * as Effect from "effect/Effect"
import { beforeAll, describe, expect, it } from "vitest"
import { type CellDone, doneOf, type Outcome } from "../../../src/pipelines/study/runStudy.ts"
import { type StudyFigure, studyFigure } from "../../../src/pipelines/studyReport/studyFigure.ts"
import type { CohortFacts } from "../../../src/pipelines/surveyCohort.ts"
import { Files } from "../../../src/stages/files.ts"
import { Notices } from "../../../src/stages/notices.ts"
import { caseResult } from "../../support/caseResult.ts"
import { type MadeUpStudy, madeUpStudy, phantoms } from "../../support/madeUpStudy.ts"
import { failed, finished } from "../../support/outcomes.ts"

let study: MadeUpStudy
let figure: StudyFigure
const drawn = (outcomes: ReadonlyArray<Outcome>, facts: Pick<CohortFacts, "cases"> = study.facts) =>
  studyFigure(outcomes, { source: "lits", facts, provenance: phantoms, directory: "studies" }).pipe(
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
  expect(figure.caption).toMatch(
    /^\(A\) CT, \(B\) label, \(C\) ResNet-18, \(D\) ResNet-34\. Tumours: volume-\d \([\d.]+ ml in 1 lesion\), /
  )
  expect(figure.caption).toContain("picked by the truth alone, the slice")
  expect(figure.caption).toContain("Lost & gone has no result.")
  expect(figure.caption).toMatch(/Made on 4 phantoms, at scale smoke, seed 3\.$/)
})

it("has a row for each patient and the data below them", () => {
  const { height, width } = figure.picture
  expect(width).toBeGreaterThan(4 * 256)
  // Slices of 10 x 12 pixels that are square in the patient.
  expect(height).toBeGreaterThan(2 * Math.round((10 / 12) * 256))
})

it("says by which rule each of three was picked", async () => {
  const [done] = doneOf(study.outcomes)
  const third = { ...done.result.cases[0], caseId: "volume-1" }
  const outcomes = [{ ...done, result: { ...done.result, cases: [...done.result.cases, third] } }]
  const tumor = { volume: 3000, lesions: 3, largest: 1000, slice: 1, onSlice: 1 }
  const cases = study.facts.cases.map((each) => (each.id === "volume-1" ? { ...each, hasTumor: true, tumor } : each))
  const { caption } = await Effect.runPromise(drawn(outcomes, { cases }))
  expect(caption).toContain(
    "scattered (volume-1: 3 ml in 3 lesions); picked by the truth alone (small: least tumour of"
  )
  expect(caption).toContain("scattered: most lesions)")
})

describe("a variant that is not seen is said to have", () => {
  const captionOf = async (change: (done: CellDone) => Outcome) =>
    (await Effect.runPromise(drawn(study.outcomes.map((each) => (each.kind === "failed" ? each : change(each))))))
      .caption
  const of = ({ cell }: Outcome, variant: string, seed: number) => cell.variant === variant && cell.seed === seed
  const maskless = (done: CellDone): CellDone => ({
    ...done,
    result: { ...done.result, cases: done.result.cases.map(({ mask, ...each }) => each) }
  })

  it("no result under a seed, where it has others", async () => {
    const seeds = (seed: number) => (each: CellDone) =>
      of(each, "ResNet-34", seed) ? failed("ResNet-34", seed) : each.cell.seed === 4 ? maskless(each) : each
    expect(await captionOf(seeds(3))).toContain("ResNet-34 has no result under seed 3.")
  })

  it("no masks, where it has a result", async () => {
    const caption = await captionOf((each) => (each.cell.variant === "ResNet-34" ? maskless(each) : each))
    expect(caption).toContain("ResNet-34 has kept no masks under seed 3.")
  })

  it("a mask that cannot be read, which is told", async () => {
    const path = "studies/cells/ResNet-343/masks/volume-2.nii"
    const mask = await Effect.runPromise(study.files.read(path))
    await Effect.runPromise(study.files.write(path, mask.subarray(0, 200), { overwrite: true }))
    const notices: Array<string> = []
    const { caption, variants } = await Effect.runPromise(
      Effect.provideService(drawn(study.outcomes), Notices, ({ message }) =>
        Effect.sync(() => void notices.push(message))
      )
    )
    await Effect.runPromise(study.files.write(path, mask, { overwrite: true }))
    expect(variants).toEqual(["ResNet-18"])
    expect(caption).toContain("The mask of ResNet-34 of volume-2 cannot be read.")
    expect(notices).toEqual([expect.stringMatching(/volume-2\.nii.*; this mask is not shown$/)])
  })
})

it("is of the seed under which the most variants are seen", async () => {
  const outcomes = study.outcomes.map((each) =>
    each.cell.variant === "ResNet-34" && each.cell.seed === 3 ? failed("ResNet-34", 3) : each
  )
  const { caption, variants } = await Effect.runPromise(drawn(outcomes))
  expect(variants).toEqual(["ResNet-18", "ResNet-34"])
  expect(caption).toMatch(/seed 4\.$/)
})

it("shows patients of all variants alone, and fails where there are none", async () => {
  const only = (id: string) => (each: Outcome) =>
    each.kind === "failed"
      ? each
      : { ...each, result: { ...each.result, cases: each.result.cases.filter(({ caseId }) => caseId === id) } }
  const [a, b] = study.outcomes
  const figure = await Effect.runPromise(drawn([a, only("volume-2")(b)]))
  expect(figure.cases.map(({ caseId }) => caseId)).toEqual(["volume-2"])
  const error = await Effect.runPromise(Effect.flip(drawn([only("volume-0")(a), only("volume-2")(b)])))
  expect(error.message).toMatch(/no test patient with a tumour is one of all variants \(ResNet-18, ResNet-34\)/)
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
