import {
  add,
  div,
  reverse,
  sigmoid,
  type Tensor,
  type Tensor4D,
  type TensorContainer,
  tensor4d,
  tidy
} from "@tensorflow/tfjs-core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Backend, type EngineError } from "../backend/backend.ts"
import { TaggedError } from "../errors.ts"
import { inference } from "../modules/mode.ts"
import type { Network } from "../modules/networks/network.ts"
import { disposeParams } from "../modules/params.ts"
import { checkValues, type ParamsError, type ParamValues, paramsFrom } from "../modules/paramValues.ts"
import type { Params } from "../modules/spec.ts"
import type { Prediction } from "../volume/prediction.ts"
import type { Sample } from "../volume/sample.ts"
import type { Slice } from "../volume/slice.ts"
import { progress } from "./progress.ts"
import { make, type Stage, type StageOptions } from "./stage.ts"
import { StageOptionError } from "./stageOptionError.ts"

/** A slice that a network cannot take, or an answer that is no probability of a pixel: which slice, and why. */
export class PredictError extends TaggedError("PredictError")<{
  readonly caseId: string
  /** Of the slice. */
  readonly index: number
  readonly reason: string
}> {
  override get message() {
    return `predict: case ${this.caseId}, slice ${this.index}: ${this.reason}`
  }
}

export interface PredictOptions extends Pick<StageOptions, "onFailure"> {
  /** Of one class: its logits have one channel. */
  readonly network: Network
  /** Tensors, which stay the caller's, or numbers, which become tensors for as long as the stage runs. */
  readonly params: Params | ParamValues
  /** How many slices go through the network at once. Default 4. */
  readonly batchSize?: number
  /** What a probability must exceed for its pixel to be marked, from 0 to 1. Default 0.5. */
  readonly threshold?: number
  /**
   * Test-time flips: the mean of the probabilities over the slice as it is and mirrored in every combination of these
   * axes. One axis doubles the work, two take four times as long. Default: none.
   */
  readonly flips?: ReadonlyArray<"horizontal" | "vertical">
}

/**
 * Predicts slice by slice: sigmoid of the network's logits, and the mask at a threshold. Order is kept, slices may differ in
 * size, and no more than a batch of them is in memory.
 *
 * Fails with a `PredictError` for a slice that the network cannot take (skipped instead with `onFailure: "skip"`), a
 * `ParamsError` for numbers of another network, an `EngineError` where the engine gives up.
 *
 * @throws StageOptionError for a batch size, threshold or flip that is none, where the stage is made
 *
 * @example
 * ```ts
 * load("ct/", { labels: "ignored" }).pipe(
 *   window(), slice({ size: [256, 256] }), predict({ network, params }), restack("mask"), write("masks", { as: "nifti" })
 * )
 * ```
 */
export const predict = (
  options: PredictOptions
): Stage<Slice | Sample, Prediction, PredictError | ParamsError | EngineError, Backend> => {
  const { network, batchSize = 4, threshold = 0.5, flips = [] } = options
  checkOptions({ batchSize, threshold, flips })
  const check = make("predict", (slice: Slice | Sample) => takable(network, slice), options)
  return (self) =>
    Stream.unwrap(
      Effect.gen(function* () {
        const backend = yield* Backend
        const params = yield* tensorsFor(options)
        const probabilities = backend.prepare((inputs: Inputs) => probabilitiesOf(network, inputs, axesOf(flips)))
        let done = 0
        const predictBatch = Effect.fnUntraced(function* (batch: ReadonlyArray<Slice | Sample>) {
          const compute = backend.run(() => probabilities({ params, images: imagesOf(batch) }))
          const values = yield* Effect.acquireUseRelease(compute, backend.read, (tensor) =>
            Effect.sync(() => tensor.dispose())
          )
          // Work on one thread only would never let an interruption in.
          yield* Effect.yieldNow
          done += batch.length
          yield* progress({ task: "predict", done, item: batch[0].caseId })
          return yield* Effect.try({
            try: () => predictionsOf(batch, values, threshold),
            catch: (error) => error as PredictError
          })
        })
        return check(self).pipe(
          Stream.grouped(batchSize),
          Stream.mapEffect((group) => Effect.forEach(bySize(group), predictBatch)),
          Stream.flatMap((batches) => Stream.fromIterable(batches.flat(), { chunkSize: 1 }))
        )
      })
    )
}

type Inputs = { readonly params: TensorContainer; readonly images: Tensor4D }

const checkOptions = (options: Required<Pick<PredictOptions, "batchSize" | "threshold" | "flips">>): void => {
  const { batchSize, threshold, flips } = options
  const refuse = (option: string, found: unknown, expected: string) => {
    throw new StageOptionError({ stage: "predict", option, found, expected })
  }
  if (!(Number.isInteger(batchSize) && batchSize > 0)) refuse("batchSize", batchSize, "a positive integer")
  if (!(threshold >= 0 && threshold <= 1)) refuse("threshold", threshold, "a number from 0 to 1")
  for (const flip of flips) if (!(flip in AXIS)) refuse("flips", flip, Object.keys(AXIS).join(" or "))
}

const takable = <S extends Slice | Sample>(network: Network, slice: S): Effect.Effect<S, PredictError> =>
  Effect.try({
    try: () => {
      network.check([1, slice.height, slice.width, 1])
      return slice
    },
    catch: (cause) =>
      new PredictError({
        caseId: slice.caseId,
        index: slice.origin.index,
        reason: cause instanceof Error ? cause.message : String(cause),
        cause
      })
  })

/** The parameters as tensors: the caller's own, or made for as long as the scope is open. */
const tensorsFor = Effect.fnUntraced(function* ({ network, params }: PredictOptions) {
  if (!(params instanceof Map)) return params as unknown as TensorContainer
  const values: ParamValues = params
  yield* Effect.try({ try: () => checkValues(network.spec, values), catch: (error) => error as ParamsError })
  const backend = yield* Backend
  const made = backend.run(() => paramsFrom(network.spec, values) as unknown as TensorContainer)
  return yield* Effect.acquireRelease(made, (tensors) => Effect.sync(() => disposeParams(tensors as unknown as Params)))
})

/** Of [batch, height, width, channels]. */
const AXIS = { vertical: 1, horizontal: 2 } as const

/** Every combination of the axes to mirror, the empty one first. */
const axesOf = (flips: ReadonlyArray<keyof typeof AXIS>): ReadonlyArray<ReadonlyArray<number>> => {
  const combinations: Array<ReadonlyArray<number>> = [[]]
  for (const flip of new Set(flips)) combinations.push(...combinations.map((axes) => [...axes, AXIS[flip]]))
  return combinations
}

const probabilitiesOf = (
  network: Network,
  { params, images }: Inputs,
  flips: ReadonlyArray<ReadonlyArray<number>>
): Tensor & { readonly dtype: "float32" } =>
  tidy(() => {
    const mirrored = flips.map((axes) =>
      // A scope of its own, so that the activations of one pass are gone before the next.
      tidy(() => {
        const turn = (x: Tensor4D) => (axes.length === 0 ? x : reverse(x, [...axes]))
        return turn(sigmoid(network.forward(params as unknown as Params, turn(images), inference).logits))
      })
    )
    const sum = mirrored.reduce((total, each) => add(total, each))
    // Logits are float32 on every engine.
    return (flips.length === 1 ? sum : div(sum, flips.length)) as Tensor4D & { readonly dtype: "float32" }
  })

/** Neighbours of one size together. */
const bySize = (slices: ReadonlyArray<Slice | Sample>): ReadonlyArray<ReadonlyArray<Slice | Sample>> => {
  const batches: Array<Array<Slice | Sample>> = []
  for (const slice of slices) {
    const last = batches.at(-1)
    if (last !== undefined && last[0].height === slice.height && last[0].width === slice.width) last.push(slice)
    else batches.push([slice])
  }
  return batches
}

const imagesOf = (batch: ReadonlyArray<Slice | Sample>): Tensor4D => {
  const [{ height, width }] = batch
  const images = new Float32Array(batch.length * height * width)
  for (const [i, { pixels }] of batch.entries()) images.set(pixels, i * height * width)
  return tensor4d(images, [batch.length, height, width, 1])
}

const predictionsOf = (
  batch: ReadonlyArray<Slice | Sample>,
  values: Float32Array,
  threshold: number
): ReadonlyArray<Prediction> =>
  batch.map(({ caseId, height, width, spacing, origin }, i) => {
    const size = height * width
    const refuse = (reason: string) => new PredictError({ caseId, index: origin.index, reason })
    if (values.length !== batch.length * size) {
      throw refuse(
        `the network gave ${values.length / batch.length} numbers for ${size} pixels; it must have one class`
      )
    }
    const probabilities = values.slice(i * size, (i + 1) * size)
    if (probabilities.some(Number.isNaN)) {
      throw refuse("the network gave NaN; are its weights and the pixels finite, and was a window applied?")
    }
    const mask = Uint8Array.from(probabilities, (probability) => (probability > threshold ? 1 : 0))
    return { caseId, height, width, spacing, origin, probabilities, mask, threshold }
  })
