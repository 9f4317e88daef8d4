import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type Sample, ShapeError } from "../volume/index.ts"
import { type Dataset, type OrderOptions, shuffled } from "./cache/dataset.ts"
import { StageOptionError } from "./stageOptionError.ts"

/** Samples of one size packed side by side, as networks take them: [size, height, width, 1]. */
export interface Batch {
  readonly size: number
  readonly height: number
  readonly width: number
  readonly images: Float32Array
  /** 0 or 1. */
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
export const batch = ({ size, last = "keep" }: BatchOptions): BatchStage => {
  if (!(Number.isInteger(size) && size > 0)) {
    throw new StageOptionError({ stage: "batch", option: "size", found: size, expected: "a positive integer" })
  }
  return (samples) =>
    Stream.grouped(samples, size).pipe(
      Stream.filter((group) => last === "keep" || group.length === size),
      Stream.mapEffect((group) => Effect.try({ try: () => packBatch(group), catch: (error) => error as ShapeError }))
    )
}

/** A stage that makes batches of samples. */
export type BatchStage = <E, R>(samples: Stream.Stream<Sample, E, R>) => Stream.Stream<Batch, E | ShapeError, R>

/**
 * The batches of one epoch of a dataset, shuffled.
 *
 * @example
 * ```ts
 * for await (const { images, masks } of iterate(batches(dataset, { size: 8, seed: 1, epoch: 0 }))) step(images, masks)
 * ```
 */
export const batches = (dataset: Dataset, options: BatchOptions & OrderOptions) =>
  shuffled(dataset, options).pipe(batch(options))

/**
 * One batch of samples, at least one.
 *
 * @throws ShapeError when they differ in size
 */
export const packBatch = (samples: ReadonlyArray<Sample>): Batch => {
  const [{ height, width }] = samples
  const pixels = height * width
  const images = new Float32Array(samples.length * pixels)
  const masks = new Uint8Array(samples.length * pixels)
  for (const [i, sample] of samples.entries()) {
    if (sample.height !== height || sample.width !== width) {
      throw new ShapeError({
        what: `batch: case ${sample.caseId}, slice ${sample.origin.index} (slice or crop all to one size)`,
        expected: [height, width],
        found: [sample.height, sample.width]
      })
    }
    images.set(sample.pixels, i * pixels)
    masks.set(sample.mask, i * pixels)
  }
  const ids = samples.map(({ caseId, origin }) => ({ caseId, index: origin.index }))
  return { size: samples.length, height, width, images, masks, ids }
}
