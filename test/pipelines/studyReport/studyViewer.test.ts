import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { beforeAll, describe, expect, it } from "vitest"
import { viewedPatients, viewerStacks } from "../../../src/pipelines/studyReport/studyViewer.ts"
import { Files } from "../../../src/stages/files.ts"
import { Notices } from "../../../src/stages/notices.ts"
import { caseResult } from "../../support/caseResult.ts"
import { type MadeUpStudy, madeUpStudy } from "../../support/madeUpStudy.ts"
import { finished } from "../../support/outcomes.ts"

/** Slices of which those from 3 to 6 show tumour; the later a patient, the better it was found. */
const patient = (i: number) => {
  const counts = Array.from({ length: 10 }, (_, slice) =>
    slice < 3 || slice > 6 ? { tp: 0, fp: 0, fn: 0, tn: 100 } : { tp: i, fp: 0, fn: 100, tn: 0 }
  )
  return { ...caseResult(`p${i}`, counts), mask: `masks/p${i}.nii.gz` }
}
const tests = (patients: number, variants = ["A", "B"]) =>
  variants.map((variant) =>
    finished(
      variant,
      1,
      Array.from({ length: patients }, (_, i) => patient(i + 1))
    )
  )

describe("what is viewed", () => {
  it("is every variant of every patient where there is room", () => {
    const viewed = viewedPatients(tests(2), "studies")
    expect(viewed.map(({ caseId, shown }) => [caseId, shown.map(({ mask }) => mask)])).toEqual([
      ["p1", ["studies/cells/A1/masks/p1.nii.gz", "studies/cells/B1/masks/p1.nii.gz"]],
      ["p2", ["studies/cells/A1/masks/p2.nii.gz", "studies/cells/B1/masks/p2.nii.gz"]]
    ])
    expect(viewed[0].slices).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it("is one variant where there is not", () => {
    const shown = (reference?: string) =>
      viewedPatients(tests(4), "studies", { slices: 39, ...(reference && { reference }) })[0].shown
    expect(shown().map(({ name }) => name)).toEqual(["p1, B: Dice 0.02"])
    expect(shown("A").map(({ name }) => name)).toEqual(["p1, A: Dice 0.02"])
  })

  it("keeps the patients found worst and best among those there is room for", () => {
    const ids = viewedPatients(tests(131), "studies", { patients: 3 }).map(({ caseId }) => caseId)
    expect(ids).toEqual(["p1", "p66", "p131"])
  })

  it("has slices on which something is marked first", () => {
    expect(viewedPatients(tests(1, ["A"]), "studies", { slices: 4 })[0].slices).toEqual([3, 4, 5, 6])
    expect(viewedPatients(tests(1, ["A"]), "studies", { slices: 2 })[0].slices).toEqual([3, 6])
  })

  it("of a study of 131 patients is bounded", () => {
    const viewed = viewedPatients(tests(131, ["A", "B", "C"]), "studies")
    expect(viewed).toHaveLength(40)
    expect(viewed.reduce((sum, { shown, slices }) => sum + shown.length * slices.length, 0)).toBeLessThanOrEqual(240)
  })

  it("is nothing where no masks were kept", () => {
    expect(viewedPatients([finished("A", 1, [caseResult("p", [])])], "studies")).toEqual([])
  })
})

describe("stacks", () => {
  let study: MadeUpStudy
  beforeAll(async () => {
    study = await madeUpStudy()
  })

  it("show each variant of each patient, with its score", async () => {
    const stacks = await Effect.runPromise(
      Effect.provideService(
        Stream.runCollect(viewerStacks(viewedPatients(study.outcomes, "studies"), "lits")),
        Files,
        study.files
      )
    )
    expect(stacks.map(({ name }) => name)).toEqual([
      "volume-0, ResNet-18: Dice 1.00",
      "volume-0, ResNet-34: Dice 0.40",
      "volume-2, ResNet-18: Dice 1.00",
      "volume-2, ResNet-34: Dice 0.40"
    ])
    for (const { slices } of stacks) {
      expect(slices).toHaveLength(4)
      expect(slices.every(({ error, prediction, truth }) => error && prediction && truth)).toBe(true)
    }
  })

  it("of a mask that cannot be read there is none", async () => {
    const path = "studies/cells/ResNet-341/masks/volume-0.nii"
    await Effect.runPromise(study.files.write(path, new Uint8Array(), { overwrite: true }))
    const stacks = await Effect.runPromise(
      Effect.provideService(
        Stream.runCollect(viewerStacks(viewedPatients(study.outcomes, "studies"), "lits")),
        Files,
        study.files
      ).pipe(Effect.provideService(Notices, () => Effect.void))
    )
    expect(stacks.map(({ name }) => name)).toEqual([
      "volume-0, ResNet-18: Dice 1.00",
      "volume-2, ResNet-18: Dice 1.00",
      "volume-2, ResNet-34: Dice 0.40"
    ])
  })
})
