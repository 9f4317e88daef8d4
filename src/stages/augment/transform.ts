import { TaggedError } from "../../errors.ts"
import type { Key } from "../../random/index.ts"
import type { Sample } from "../../volume/index.ts"
import { type Frame, type Outline, warp } from "./frame.ts"

/**
 * One kind of augmentation, in two halves. `params` holds all the randomness: a plain record that survives JSON.
 * `apply` is pure: the same sample and the same record give the same bits, today or replayed from a log.
 */
export interface Transform<Params extends object = object> {
  readonly name: string
  params(key: Key, outline: Outline): Params
  apply(sample: Sample, params: Params): Sample
}

/** A transform that only moves pixels. Neighbouring ones are composed into one resampling. */
export interface SpatialTransform<Params extends object = object> extends Transform<Params> {
  frame(outline: Outline, params: Params): Frame
}

export const isSpatial = <Params extends object>(transform: Transform<Params>): transform is SpatialTransform<Params> =>
  "frame" in transform

/** Makes a spatial transform from where its points come from. */
export const spatial = <Params extends object>(
  transform: Omit<SpatialTransform<Params>, "apply">
): SpatialTransform<Params> => ({
  ...transform,
  apply: (sample, params) => warp(sample, transform.frame(sample, params))
})

/** An augmentation that cannot be done: an option out of range, a crop larger than the slice, a record of another transform. */
export class AugmentError extends TaggedError("AugmentError")<{
  readonly transform: string
  readonly reason: string
}> {
  override get message() {
    return `${this.transform}: ${this.reason}`
  }
}

/** The lowest and the highest value that may be drawn. */
export type Range = readonly [low: number, high: number]

/** Refuses a range that is not finite, ascending and within the limits. */
export const checkRange = (
  transform: string,
  option: string,
  [low, high]: Range,
  { above = -Infinity, from = -Infinity }: { readonly above?: number; readonly from?: number } = {}
): void => {
  if (low <= high && low > above && low >= from && Number.isFinite(high - low)) return
  const limit = above > -Infinity ? `, above ${above}` : from > -Infinity ? `, from ${from}` : ""
  throw new AugmentError({
    transform,
    reason: `${option} must be two finite numbers, lowest first${limit}; found [${low}, ${high}]`
  })
}
