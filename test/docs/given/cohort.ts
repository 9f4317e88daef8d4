// The patients in `lits/`, what is made of them on the way to a network, and what came out.
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { prepareCohort } from "../../../src/pipelines/prepareCohort.ts"
import { agcafProtocol } from "../../../src/pipelines/protocol.ts"
import { cache } from "../../../src/stages/cache/index.ts"
import { Files } from "../../../src/stages/files.ts"
import { labelSplit } from "../../../src/stages/labelSplit.ts"
import { load } from "../../../src/stages/load.ts"
import type { CaseVolume } from "../../../src/stages/restack.ts"
import { scoreLits, truthIn } from "../../../src/stages/score.ts"
import { slice } from "../../../src/stages/slice.ts"
import type { SplitCase } from "../../../src/stages/split.ts"
import { window } from "../../../src/stages/window.ts"
import type { Prediction } from "../../../src/volume/prediction.ts"
import type { Sample } from "../../../src/volume/sample.ts"
import type { LabelVolume } from "../../../src/volume/volume.ts"
import { madeUpStudy } from "../../support/madeUpStudy.ts"

export const study = await madeUpStudy()

const run = <A, E>(effect: Effect.Effect<A, E, Files>) =>
  Effect.runPromise(Effect.provideService(effect, Files, study.files))

export const cohort = await run(prepareCohort("lits/", { ...agcafProtocol, size: [32, 32] }))
export const { facts, split } = cohort

/** Of more of them, as a k-fold split asks for. */
export const patients: ReadonlyArray<SplitCase> = Array.from({ length: 10 }, (_, i) => ({
  id: `volume-${i}`,
  hasTumor: i % 4 !== 1
}))

export const slices = await run(Stream.runCollect(load("lits/").pipe(window(), slice())))
export const dataset = await run(load("lits/").pipe(window(), slice({ size: [64, 64] }), labelSplit("tumor"), cache()))

const samples = await run(Stream.runCollect(Stream.fromIterable(slices).pipe(labelSplit("tumor"))))
export const predictions = Stream.fromIterable(
  samples.map(
    (sample: Sample): Prediction => ({ ...sample, probabilities: Float32Array.from(sample.mask), threshold: 0.5 })
  )
)

const truths = await run(
  Stream.runCollect(load("lits/").pipe(Stream.map(({ id, labels }) => [id, labels as LabelVolume] as const)))
)
export const livers: ReadonlyMap<string, LabelVolume> = new Map(truths)
export const labelMaps = Stream.fromIterable(
  truths.map(([caseId, volume]): CaseVolume<LabelVolume> => ({ caseId, volume }))
)
export const cases = await run(Stream.runCollect(labelMaps.pipe(scoreLits(truthIn("lits/")))))
