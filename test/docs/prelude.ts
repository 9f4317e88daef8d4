// What the examples of doc comments take as given: names that a reader knows from the text around them. Whatever else they use
// comes from the file that they stand in, or is exported by this package.
import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Stream from "effect/Stream"
import type { Backend } from "../../src/backend/backend.ts"
import type { LitsCase } from "../../src/metrics/litsCase.ts"
import type { Network } from "../../src/modules/networks/network.ts"
import type { Networks } from "../../src/modules/networks/registry.ts"
import type { Params } from "../../src/modules/spec.ts"
import { workerRuntime } from "../../src/node/workerRuntime.ts"
import type { Tensors } from "../../src/optim/optimizer.ts"
import type { SgdState } from "../../src/optim/sgd.ts"
import type { CaseResult } from "../../src/pipelines/evaluate.ts"
import type { PreparedCohort } from "../../src/pipelines/prepareCohort.ts"
import type { Scale } from "../../src/pipelines/scale.ts"
import type { Outcome } from "../../src/pipelines/study/runStudy.ts"
import type { CohortFacts } from "../../src/pipelines/surveyCohort.ts"
import type { PanelRow } from "../../src/report/pictures/figurePanel.ts"
import type { Table } from "../../src/report/tabular.ts"
import type { Transform } from "../../src/stages/augment/transform.ts"
import type { Dataset } from "../../src/stages/cache/dataset.ts"
import type { Files } from "../../src/stages/files.ts"
import type { Model } from "../../src/stages/model/model.ts"
import type { CaseVolume } from "../../src/stages/restack.ts"
import type { Split, SplitCase } from "../../src/stages/split.ts"
import type { Case } from "../../src/volume/case.ts"
import type { Prediction } from "../../src/volume/prediction.ts"
import type { Sample } from "../../src/volume/sample.ts"
import type { Slice } from "../../src/volume/slice.ts"
import type { ImageVolume, LabelVolume } from "../../src/volume/volume.ts"

export { createReadStream, writeFileSync } from "node:fs"
export { writeFile } from "node:fs/promises"
// The engine's language, Effect's, and Node's.
export {
  matMul,
  ones,
  relu,
  scalar,
  softmax,
  sqrt,
  square,
  sum,
  type Tensor2D,
  type Tensor4D,
  tensor2d,
  tensor4d,
  zeros
} from "@tensorflow/tfjs-core"
export * as Effect from "effect/Effect"
export * as Stream from "effect/Stream"

// Of two ways to run a pipeline, the one that has this machine's files. Examples of `hepaflow/stages` have the other.
export { iterate, run } from "../../src/node/run.ts"

/** What carries out compiled functions. */
export const { runtime } = await workerRuntime({ package: "onnxruntime-node", threads: 1 })

// From here on there are types only: examples that use these are read by the compiler and not run.

// One patient, and pixels of one slice.
export declare const patient: Case & { readonly labels: LabelVolume }
export declare const ct: ImageVolume
export declare const mask: LabelVolume
export declare const sample: Sample
export declare const height: number
export declare const width: number
export declare const pixels: Float32Array
export declare const probabilities: Float32Array
/** 0 background, 1 liver, 2 tumour. */
export declare const labels: Uint8Array
/** What is so, what was found, and either of them: 1 inside. */
export declare const truth: Uint8Array
export declare const prediction: Uint8Array
export declare const marked: Uint8Array
/** Of a file. */
export declare const bytes: Uint8Array

// Many.
export declare const patients: ReadonlyArray<SplitCase>
export declare const slices: ReadonlyArray<Slice>
export declare const dataset: Dataset
export declare const split: Split
export declare const cohort: PreparedCohort
export declare const facts: CohortFacts
export declare const livers: ReadonlyMap<string, LabelVolume>

// What runs: an engine and files, and a program that needs them.
export declare const layer: Layer.Layer<Backend>
export declare const files: Layer.Layer<Files>
export declare const program: Effect.Effect<void, never, Backend>
export declare const pipeline: Stream.Stream<Sample, never, Backend>
export declare const directory: string

// A network, its numbers, and a step of training.
export declare const network: Network
export declare const twoLayers: Networks[string]
export declare const params: Params
export declare const model: Model
export declare const transforms: ReadonlyArray<Transform>
export declare const epoch: number
export declare const x: Tensor4D
export declare const weights: Tensor2D
export declare const state: {
  readonly params: Tensors
  readonly optimizer: SgdState
}
export declare const images: Tensor4D
export declare const masks: Tensor4D

// What came out.
export declare const predictions: Stream.Stream<Prediction>
export declare const labelMaps: Stream.Stream<CaseVolume<LabelVolume>>
export declare const cases: ReadonlyArray<LitsCase>
export declare const results: ReadonlyArray<CaseResult>
export declare const outcomes: ReadonlyArray<Outcome>
export declare const table: Table<{ readonly caseId: string }>
export declare const rows: ReadonlyArray<PanelRow>
export declare const variants: ReadonlyArray<string>
export declare const provenance: {
  readonly phantoms: number
  readonly name: string
  readonly cases: number
  readonly scale: Scale
}
