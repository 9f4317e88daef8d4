import { MetricsError } from "./mask.ts"

/**
 * The scores (probabilities or logits) of a cohort, told apart by the truth and sorted: what an exact ROC curve needs.
 * They merge, so that a cohort can be scored in parts; where that is too much to keep, see `RocCounts`.
 */
export interface Scores {
  /** Scores of what is positive in the reference, ascending. */
  readonly positives: Float32Array
  /** Scores of what is negative in it, ascending. */
  readonly negatives: Float32Array
}

/**
 * Sorts scores by what the reference says of each (0, or anything else for positive).
 *
 * @throws MetricsError for two lengths or a score that is NaN
 * @example
 * ```ts
 * scores(Float32Array.of(0.75, 0.1, 0.5), Uint8Array.of(1, 0, 0)).positives // => [0.75]
 * ```
 */
export const scores = (predicted: ArrayLike<number>, reference: ArrayLike<number>): Scores => {
  requireScores(predicted, reference)
  let count = 0
  for (let i = 0; i < reference.length; i++) if (reference[i] !== 0) count++
  const positives = new Float32Array(count)
  const negatives = new Float32Array(reference.length - count)
  let [p, n] = [0, 0]
  for (let i = 0; i < reference.length; i++) {
    if (reference[i] !== 0) positives[p++] = predicted[i]
    else negatives[n++] = predicted[i]
  }
  return { positives: positives.sort(), negatives: negatives.sort() }
}

/** The scores of everything together. Associative and commutative. */
export const mergeScores = (parts: ReadonlyArray<Scores>): Scores => ({
  positives: merged(parts.map(({ positives }) => positives)),
  negatives: merged(parts.map(({ negatives }) => negatives))
})

/** Throws a `MetricsError` unless there is one number for each truth. */
export const requireScores = (predicted: ArrayLike<number>, reference: ArrayLike<number>): void => {
  if (predicted.length !== reference.length) {
    throw new MetricsError({
      what: `${predicted.length} scores`,
      reason: `the reference has ${reference.length} values`
    })
  }
  for (let i = 0; i < predicted.length; i++) {
    if (Number.isNaN(predicted[i])) throw new MetricsError({ what: `score ${i}`, reason: "it is not a number" })
  }
}

const merged = (parts: ReadonlyArray<Float32Array>): Float32Array => {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole.sort()
}
