import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { writeNifti } from "../../src/formats/writeNifti.ts"
import { confusion } from "../../src/metrics/confusion.ts"
import type { CaseResult } from "../../src/pipelines/evaluate.ts"
import type { Outcome } from "../../src/pipelines/study/runStudy.ts"
import type { Provenance } from "../../src/pipelines/studyReport/provenance.ts"
import { type CohortFacts, surveyCohort } from "../../src/pipelines/surveyCohort.ts"
import { Files } from "../../src/stages/files.ts"
import { maskOf } from "../../src/stages/labelSplit.ts"
import { load } from "../../src/stages/load.ts"
import { scoreCase } from "../../src/stages/scoreCase.ts"
import { caseResult } from "./caseResult.ts"
import { failed, finished } from "./outcomes.ts"
import { tinyCohort } from "./tinyCohort.ts"

/** A study that nobody computed: its cohort and masks in memory, with scores that are those of the masks. */
export interface MadeUpStudy {
  readonly files: Files["Service"]
  readonly outcomes: ReadonlyArray<Outcome>
  readonly facts: CohortFacts
}

export const phantoms: Provenance = { name: "lits", cases: 4, phantoms: 4, scale: "smoke" }

/** A variant that marks the truth, one that marks all of the lowest slice besides, and one that failed; two patients a seed. */
export const madeUpStudy = async (seeds: ReadonlyArray<number> = [1]): Promise<MadeUpStudy> => {
  const files = Effect.runSync(Effect.scoped(Effect.provide(Files, Files.layerMemory(tinyCohort(4)), { local: true })))
  const run = <A, E>(effect: Effect.Effect<A, E, Files>) =>
    Effect.runPromise(Effect.provideService(effect, Files, files))
  const facts = await run(surveyCohort("lits"))
  const patients = await run(Stream.runCollect(load("lits", { cases: ["volume-0", "volume-2"] })))
  const test = async (variant: string, seed: number, mark: (truth: Uint8Array) => Uint8Array) => {
    const cases: Array<CaseResult> = []
    for (const { id, image, labels, spacingTrusted } of patients) {
      if (labels === undefined) throw new Error("tiny cases have labels")
      const voxels = mark(maskOf(labels.voxels, "tumor"))
      const mask = { ...labels, voxels }
      await run(files.makeDirectory(`studies/cells/${variant}${seed}/masks`))
      const path = `masks/${id}.nii`
      await run(files.write(`studies/cells/${variant}${seed}/${path}`, writeNifti(mask, { compress: false })))
      const volume = scoreCase({ id, labels, spacingTrusted }, mask, { target: "tumor" })
      const { shape } = image
      const counts = confusion({ voxels: maskOf(labels.voxels, "tumor"), shape }, mask)
      cases.push({ ...caseResult(id, [counts]), volume, mask: path })
    }
    const history = [1, 2].map((epoch) => ({ epoch, loss: 1 / epoch, learningRate: 0.05, seconds: 1, dicePooled: 0.5 }))
    const cell = finished(variant, seed, cases)
    return { ...cell, result: { ...cell.result, history } }
  }
  const outcomes: Array<Outcome> = []
  for (const seed of seeds) {
    outcomes.push(await test("ResNet-18", seed, (truth) => truth))
    outcomes.push(await test("ResNet-34", seed, (truth) => truth.map((inside, i) => (i < 120 ? 1 : inside))))
    outcomes.push(failed("Lost & gone", seed))
  }
  return { files, facts, outcomes }
}
