import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type Sample, ShapeError } from "../volume/index.ts"
import type { CacheError } from "./cache/cacheError.ts"
import { type Dataset, type OrderOptions, order, type PackedSample } from "./cache/dataset.ts"
import type { FileError } from "./files.ts"
import { StageOptionError } from "./stageOptionError.ts"

/** Samples of one size packed side by side, as networks take them: [size, height, width, 1]. */
export interface Batch {
  readonly size: number
  readonly height: number
  readonly width: number
  readonly images: Float32Array
  /** As a sample's: 0, and 1 for the target or a number for each of several. */
  readonly masks: Uint8Array
  /** Which slice each one is. */
  readonly ids: ReadonlyArray<{ readonly caseId: string; readonly index: number }>
}

export interface BatchOptions {
  /** How many samples. */
  readonly size: number
  /** What becomes of the samples that are left over at the end: a smaller batch, or nothing. Default `"keep"`. */
  readonly last?: "keep" | "drop"
}

/**
 * Packs samples into batches in the order in which they come. Fails with a `ShapeError` that names the slice when one
 * differs in size from the first of its batch.
 *
 * @example
 * ```ts
 * shuffled(dataset, { seed: 1, epoch }).pipe(augment(transforms, { seed: 1, epoch }), batch({ size: 8, last: "drop" }))
 * ```
 */
export const batch = (options: BatchOptions): BatchStage => {
  checkSize(options)
  return (samples) =>
    group(samples, options, (sample) => ({
      info: sample,
      unpack: (pixels, mask) => {
        pixels.set(sample.pixels)
        mask.set(sample.mask)
      }
    }))
}

/** A stage that makes batches of samples. */
export type BatchStage = <E, R>(samples: Stream.Stream<Sample, E, R>) => Stream.Stream<Batch, E | ShapeError, R>

/**
 * The batches of one epoch of a dataset, shuffled.
 *
 * @example
 * ```ts
 * for await (const { images, masks } of iterate(batches(dataset, { size: 8, seed: 1, epoch: 0 }))) console.log(images.length, masks.length)
 * ```
 */
export const batches = (
  dataset: Dataset,
  options: BatchOptions & OrderOptions
): Stream.Stream<Batch, CacheError | FileError | ShapeError> => {
  checkSize(options)
  return group(dataset.packed(order(dataset, options)), options, (sample) => sample)
}

interface Packed extends Pick<PackedSample, "unpack"> {
  readonly info: Pick<Sample, "caseId" | "height" | "width" | "origin">
}

const group = <A, E, R>(
  samples: Stream.Stream<A, E, R>,
  { size, last = "keep" }: BatchOptions,
  packed: (sample: A) => Packed
): Stream.Stream<Batch, E | ShapeError, R> =>
  Stream.grouped(samples, size).pipe(
    Stream.filter((together) => last === "keep" || together.length === size),
    Stream.mapEffect((together) =>
      Effect.try({ try: () => pack(together.map(packed)), catch: (error) => error as ShapeError })
    )
  )

const checkSize = ({ size }: BatchOptions): void => {
  if (Number.isInteger(size) && size > 0) return
  throw new StageOptionError({ stage: "batch", option: "size", found: size, expected: "a positive integer" })
}

const pack = (samples: ReadonlyArray<Packed>): Batch => {
  const { height, width } = samples[0].info
  const pixels = height * width
  const images = new Float32Array(samples.length * pixels)
  const masks = new Uint8Array(samples.length * pixels)
  for (const [i, { info, unpack }] of samples.entries()) {
    if (info.height !== height || info.width !== width) {
      throw new ShapeError({
        what: `batch: case ${info.caseId}, slice ${info.origin.index} (slice or crop all to one size)`,
        expected: [height, width],
        found: [info.height, info.width]
      })
    }
    unpack(images.subarray(i * pixels, (i + 1) * pixels), masks.subarray(i * pixels, (i + 1) * pixels))
  }
  const ids = samples.map(({ info }) => ({ caseId: info.caseId, index: info.origin.index }))
  return { size: samples.length, height, width, images, masks, ids }
}
