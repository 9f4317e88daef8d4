import {
  add,
  div,
  reverse,
  type Tensor,
  type Tensor4D,
  type TensorContainer,
  tensor4d,
  tidy
} from "@tensorflow/tfjs-core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Backend, type EngineError } from "../backend/backend.ts"
import { reasonOf, TaggedError } from "../errors.ts"
import { ACTIVATIONS, type Activation, probabilities } from "../losses/activation.ts"
import { inference } from "../modules/mode.ts"
import type { Network } from "../modules/networks/network.ts"
import { disposeParams } from "../modules/params.ts"
import { checkValues, type ParamsError, type ParamValues, paramsFrom } from "../modules/paramValues.ts"
import type { Params } from "../modules/spec.ts"
import type { Prediction } from "../volume/prediction.ts"
import type { Sample } from "../volume/sample.ts"
import type { Slice } from "../volume/slice.ts"
import { batchSizeOf, LARGEST_BATCH } from "./batchSize.ts"
import { progress } from "./progress.ts"
import { make, type Stage, type StageOptions } from "./stage.ts"
import { StageOptionError } from "./stageOptionError.ts"
import { type Blend, blend, type SlidingWindow, type Tile, tilesOf } from "./tiles.ts"

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
  /** Its logits have one channel under sigmoid, one for each class, the background first, under softmax. */
  readonly network: Network
  /** Tensors, which stay the caller's, or numbers, which become tensors for as long as the stage runs. */
  readonly params: Params | ParamValues
  /** What makes probabilities of logits. Default `"sigmoid"`. */
  readonly activation?: Activation
  /**
   * How many slices, or tiles, go through the network at once. Default: as many as have 2^18 pixels (4 of 256 x 256), from
   * 1 to 16, mirrored ones counted; more are hardly faster. That bounds memory: maps of this package's networks then take
   * 256 MB at most on an engine that frees each after its last use, as `compiled` does, and a network with more than 64
   * channels in its first layer is given fewer pixels. A slice of more pixels goes through alone, unless `window` cuts it.
   */
  readonly batchSize?: number
  /** What a probability must exceed for its pixel to be marked, from 0 to 1. Default 0.5. Under sigmoid only. */
  readonly threshold?: number
  /**
   * Test-time flips: the mean of the probabilities over the slice as it is and mirrored in every combination of these
   * axes. One axis doubles the work, two take four times as long. Default: none.
   */
  readonly flips?: ReadonlyArray<"horizontal" | "vertical">
  /**
   * Looks at slices through overlapping tiles of the size that the network was trained on. Where tiles overlap,
   * probabilities are averaged, weighted by nearness to the middle of each tile, linearly in rows and columns; the last
   * tiles are shifted inside. Default: the whole slice at once.
   */
  readonly window?: SlidingWindow
}

/**
 * Predicts slice by slice. Under sigmoid: the probabilities, and the mask at a threshold. Under softmax: the probabilities of
 * each class, and the most probable class as a mask, which `restack("mask")` makes a volume of labels. Order is kept, slices may
 * differ in size, and no more than a few batches of them are in memory.
 *
 * Fails with a `PredictError` for a slice that the network cannot take or that is smaller than the window (skipped instead
 * with `onFailure: "skip"`), a `ParamsError` for numbers of another network, an `EngineError` where the engine gives up.
 *
 * @throws StageOptionError for an option that is none, where the stage is made
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
  const { network, activation = "sigmoid", batchSize, threshold = 0.5, flips = [], window } = options
  checkOptions(options)
  const passes = axesOf(flips)
  const mostOf = ({ height, width }: Tile<unknown>) => batchSize ?? batchSizeOf(network, height, width, passes.length)
  const check = make("predict", (slice: Slice | Sample) => takable(network, slice, window), options)
  return (self) =>
    Stream.unwrap(
      Effect.gen(function* () {
        const backend = yield* Backend
        const params = yield* tensorsFor(options)
        // Parameters do not change from batch to batch: an engine that compiles may take them for constants.
        const compute = backend.prepare((images: Tensor4D) =>
          probabilitiesOf(network, params, images, { activation, flips: passes })
        )
        const assemble = assembler(window)
        let done = 0
        const computeBatch = Effect.fnUntraced(function* (batch: Batch) {
          const values = yield* Effect.acquireUseRelease(
            backend.run(() => compute(imagesOf(batch))),
            backend.read,
            (tensor) => Effect.sync(() => tensor.dispose())
          )
          // Work on one thread only would never let an interruption in.
          yield* Effect.yieldNow
          return { batch, values }
        })
        const assembleBatch = Effect.fnUntraced(function* ({ batch, values }: Computed) {
          const predictions = yield* Effect.try({
            try: () =>
              assemble(batch, values).map(([slice, whole]) => predictionOf(slice, whole, { activation, threshold })),
            catch: (error) => error as PredictError
          })
          done += predictions.length
          yield* progress({ task: "predict", done, item: batch[0].slice.caseId })
          return predictions
        })
        return check(self).pipe(
          Stream.flatMap((slice) => Stream.fromIterable(tilesOf(slice, window))),
          Stream.grouped(batchSize ?? LARGEST_BATCH),
          Stream.flatMap((group) => Stream.fromIterable(batchesOf(group, mostOf), { chunkSize: 1 })),
          // While the engine computes a batch, the next one is made and the one before is put together.
          Stream.buffer({ capacity: 1 }),
          Stream.mapEffect(computeBatch),
          Stream.buffer({ capacity: 1 }),
          Stream.mapEffect(assembleBatch),
          Stream.flatMap((predictions) => Stream.fromIterable(predictions, { chunkSize: 1 }))
        )
      })
    )
}

const checkOptions = (options: PredictOptions): void => {
  const { activation = "sigmoid", batchSize = 1, threshold = 0.5, flips = [], window } = options
  const refuse = (option: string, found: unknown, expected: string) => {
    throw new StageOptionError({ stage: "predict", option, found, expected })
  }
  if (!ACTIVATIONS.includes(activation)) refuse("activation", activation, ACTIVATIONS.join(" or "))
  if (!(Number.isInteger(batchSize) && batchSize > 0)) refuse("batchSize", batchSize, "a positive integer")
  if (!(typeof threshold === "number" && threshold >= 0 && threshold <= 1))
    refuse("threshold", threshold, "a number from 0 to 1")
  if (activation === "softmax" && options.threshold !== undefined)
    refuse("threshold", threshold, "none: under softmax the most probable class is marked")
  for (const flip of flips) if (!(flip in AXIS)) refuse("flips", flip, Object.keys(AXIS).join(" or "))
  if (window === undefined) return
  const { size, overlap = 0.5 } = window
  if (!(size.length === 2 && size.every((side) => Number.isInteger(side) && side > 0)))
    refuse("window.size", size, "a height and a width in pixels")
  if (!(overlap >= 0 && overlap < 1)) refuse("window.overlap", overlap, "at least 0 and below 1")
}

const takable = <S extends Slice | Sample>(
  network: Network,
  slice: S,
  window: SlidingWindow | undefined
): Effect.Effect<S, PredictError> =>
  Effect.try({
    try: () => {
      const { size: [height, width] = [slice.height, slice.width] } = window ?? {}
      if (slice.height < height || slice.width < width) {
        const sizes = `${slice.height} x ${slice.width} pixels are less than the window of ${height} x ${width}`
        throw new Error(`${sizes}; take a smaller window, or slice to a larger size`)
      }
      network.check([1, height, width, 1])
      return slice
    },
    catch: (cause) =>
      new PredictError({
        caseId: slice.caseId,
        index: slice.origin.index,
        reason: reasonOf(cause),
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
  params: TensorContainer,
  images: Tensor4D,
  options: { readonly activation: Activation; readonly flips: ReadonlyArray<ReadonlyArray<number>> }
): Tensor & { readonly dtype: "float32" } =>
  tidy(() => {
    const { activation, flips } = options
    const mirrored = flips.map((axes) =>
      // A scope of its own, so that the activations of one pass are gone before the next.
      tidy(() => {
        const turn = (x: Tensor4D) => (axes.length === 0 ? x : reverse(x, [...axes]))
        const { logits } = network.forward(params as unknown as Params, turn(images), inference)
        return turn(probabilities(logits, activation) as Tensor4D)
      })
    )
    const sum = mirrored.reduce((total, each) => add(total, each))
    // Logits are float32 on every engine.
    return (flips.length === 1 ? sum : div(sum, flips.length)) as Tensor4D & { readonly dtype: "float32" }
  })

type Batch = ReadonlyArray<Tile<Slice | Sample>>

interface Computed {
  readonly batch: Batch
  readonly values: Float32Array
}

/** Neighbours of one size together, as many as were asked for or as fit. */
const batchesOf = <S>(
  tiles: ReadonlyArray<Tile<S>>,
  mostOf: (tile: Tile<S>) => number
): ReadonlyArray<ReadonlyArray<Tile<S>>> => {
  const batches: Array<Array<Tile<S>>> = []
  for (const tile of tiles) {
    const { height, width } = tile
    const last = batches.at(-1)
    if (last !== undefined && last.length < mostOf(tile) && last[0].height === height && last[0].width === width)
      last.push(tile)
    else batches.push([tile])
  }
  return batches
}

const imagesOf = (batch: ReadonlyArray<Tile<Slice | Sample>>): Tensor4D => {
  const [{ height, width }] = batch
  const images = new Float32Array(batch.length * height * width)
  for (const [i, { slice, top, left }] of batch.entries()) {
    for (let r = 0; r < height; r++) {
      const start = (top + r) * slice.width + left
      images.set(slice.pixels.subarray(start, start + width), (i * height + r) * width)
    }
  }
  return tensor4d(images, [batch.length, height, width, 1])
}

/** Takes the values of tiles in order, batch by batch, and gives those of each slice that its last tile completes. */
const assembler = (window: SlidingWindow | undefined) => {
  let open: Blend | undefined
  return <S extends Slice | Sample>(batch: ReadonlyArray<Tile<S>>, values: Float32Array) =>
    batch.flatMap((tile, i): ReadonlyArray<readonly [slice: S, values: Float32Array]> => {
      const { slice, height, width } = tile
      const each = values.length / batch.length
      const ours = values.slice(i * each, (i + 1) * each)
      if (window === undefined || (slice.height === height && slice.width === width)) return [[slice, ours]]
      open ??= blend(slice, window, each / (height * width))
      open.add(tile, ours)
      if (!tile.last) return []
      const whole = open.result()
      open = undefined
      return [[slice, whole]]
    })
}

const predictionOf = (
  { caseId, height, width, spacing, origin }: Slice | Sample,
  values: Float32Array,
  { activation, threshold }: { readonly activation: Activation; readonly threshold: number }
): Prediction => {
  const size = height * width
  const refuse = (reason: string) => new PredictError({ caseId, index: origin.index, reason })
  const count = values.length / size
  if (activation === "sigmoid" ? count !== 1 : !(Number.isInteger(count) && count > 1)) {
    const expected =
      activation === "sigmoid" ? "it must have one class, or a softmax" : "softmax takes two or more classes"
    throw refuse(`the network gave ${values.length} numbers for ${size} pixels; ${expected}`)
  }
  // Plain loops: `some` and `from` with a function take a hundred times as long, more than a small network does.
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) {
      throw refuse("the network gave NaN; are its weights and the pixels finite, and was a window applied?")
    }
  }
  const place = { caseId, height, width, spacing, origin }
  const mask = new Uint8Array(size)
  if (activation === "sigmoid") {
    for (let i = 0; i < size; i++) mask[i] = values[i] > threshold ? 1 : 0
    return { ...place, probabilities: values, mask, threshold }
  }
  const classes = Array.from({ length: count }, () => new Float32Array(size))
  for (const [k, ofClass] of classes.entries()) {
    for (let i = 0; i < size; i++) {
      ofClass[i] = values[i * count + k]
      if (ofClass[i] > classes[mask[i]][i]) mask[i] = k
    }
  }
  return { ...place, probabilities: classes[0].map((background) => 1 - background), mask, classes }
}
