import { DEFAULT_SHAPE, type PhantomCase, type PhantomOptions, phantomCase } from "./phantom.ts"
import { checkInteger, checkShape } from "./phantomError.ts"

/** Which cases to make. */
export interface PhantomCohortOptions extends PhantomOptions {
  readonly cases: number
  /** Any safe integer. Default 0. */
  readonly seed?: number
}

/** The options with their defaults. Throws `PhantomError` where one is out of range. */
export const completeOptions = ({
  cases,
  seed = 0,
  shape = DEFAULT_SHAPE
}: PhantomCohortOptions): Required<PhantomCohortOptions> => {
  checkInteger("cases", cases, 0)
  checkInteger("seed", seed, Number.MIN_SAFE_INTEGER)
  checkShape(shape)
  return { cases, seed, shape }
}

/**
 * The cases 0 to `cases` - 1 of a cohort, each made when it is asked for. A longer cohort of the same seed begins with the
 * same cases, and one case of every ten is free of tumour.
 *
 * Throws `PhantomError` where an option is out of range.
 *
 * @example
 * ```ts
 * for (const { id, image, labels } of phantomCohort({ cases: 10, seed: 1, shape: [64, 64, 16] })) {
 *   console.log(id, image.spacing, labels.voxels.includes(2))
 * }
 * ```
 */
export function* phantomCohort(options: PhantomCohortOptions): Generator<PhantomCase, void, undefined> {
  const { cases, seed, shape } = completeOptions(options)
  for (let index = 0; index < cases; index++) yield phantomCase(seed, index, { shape })
}
