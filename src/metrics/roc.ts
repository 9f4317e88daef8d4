import { MetricsError } from "./mask.ts"
import { requireScores, type Scores } from "./scores.ts"

/** A ROC curve from the strictest threshold to the laxest. Rates are NaN where their class is missing. */
export interface RocCurve {
  /** Positive is what scores above it. */
  readonly thresholds: Float64Array
  readonly falsePositiveRate: Float64Array
  readonly truePositiveRate: Float64Array
}

/**
 * The ROC curve with a point for every score: exact, and as long as there are different scores. It runs from (0, 0), where
 * nothing exceeds the highest, to (1, 1), where everything exceeds -Infinity.
 *
 * @example
 * ```ts
 * const curve = rocCurve(scores(Float32Array.of(0.9, 0.1), Uint8Array.of(1, 0)))
 * curve.truePositiveRate // => [0, 1, 1]
 * ```
 */
export const rocCurve = ({ positives, negatives }: Scores): RocCurve => {
  const thresholds: Array<number> = []
  const falsePositiveRate: Array<number> = []
  const truePositiveRate: Array<number> = []
  let p = positives.length
  let n = negatives.length
  const add = (threshold: number) => {
    thresholds.push(threshold)
    falsePositiveRate.push((negatives.length - n) / negatives.length)
    truePositiveRate.push((positives.length - p) / positives.length)
  }
  while (p > 0 || n > 0) {
    const threshold = Math.max(p > 0 ? positives[p - 1] : -Infinity, n > 0 ? negatives[n - 1] : -Infinity)
    add(threshold)
    while (p > 0 && positives[p - 1] === threshold) p--
    while (n > 0 && negatives[n - 1] === threshold) n--
  }
  add(-Infinity)
  return {
    thresholds: Float64Array.from(thresholds),
    falsePositiveRate: Float64Array.from(falsePositiveRate),
    truePositiveRate: Float64Array.from(truePositiveRate)
  }
}

/** How many positives and negatives score above each threshold k / steps, k = 0 .. steps. Small, and merges by addition. */
export interface RocCounts {
  readonly steps: number
  readonly truePositives: Float64Array
  readonly falsePositives: Float64Array
  readonly positives: number
  readonly negatives: number
}

/**
 * Counts probabilities above each of `steps` + 1 thresholds 0, 1/steps, .., 1: strictly, in float32. 200 steps (the
 * default) are the 201 thresholds of AGPCNet.
 *
 * @throws MetricsError for two lengths, a probability that is NaN, or steps that are not a positive integer
 * @example
 * ```ts
 * rocCounts(Float32Array.of(0.9, 0.5, 0.1), Uint8Array.of(1, 0, 0), { steps: 2 }).falsePositives // => [2, 0, 0]
 * ```
 */
export const rocCounts = (
  probabilities: ArrayLike<number>,
  reference: ArrayLike<number>,
  { steps = 200 }: { readonly steps?: number } = {}
): RocCounts => {
  requireScores(probabilities, reference)
  if (!Number.isInteger(steps) || steps < 1) {
    throw new MetricsError({ what: `a ROC curve of ${steps} steps`, reason: "a positive integer is needed" })
  }
  const thresholds = Float32Array.from({ length: steps + 1 }, (_, k) => k / steps)
  // Bin k holds what exceeds the first k thresholds and no more.
  const positiveBins = new Float64Array(steps + 2)
  const negativeBins = new Float64Array(steps + 2)
  for (let i = 0; i < reference.length; i++) {
    const score = Math.fround(probabilities[i])
    let bin = Math.min(Math.max(Math.ceil(score * steps), 0), steps + 1)
    // The product may round across a threshold.
    while (bin > 0 && !(score > thresholds[bin - 1])) bin--
    while (bin <= steps && score > thresholds[bin]) bin++
    if (reference[i] !== 0) positiveBins[bin]++
    else negativeBins[bin]++
  }
  return { steps, ...above(positiveBins, negativeBins) }
}

const above = (positiveBins: Float64Array, negativeBins: Float64Array): Omit<RocCounts, "steps"> => {
  const exceeding = (bins: Float64Array) => {
    const counts = new Float64Array(bins.length - 1)
    for (let k = bins.length - 2, sum = 0; k >= 0; k--) counts[k] = sum += bins[k + 1]
    return counts
  }
  const total = (bins: Float64Array) => bins.reduce((sum, count) => sum + count, 0)
  return {
    truePositives: exceeding(positiveBins),
    falsePositives: exceeding(negativeBins),
    positives: total(positiveBins),
    negatives: total(negativeBins)
  }
}

/**
 * The counts of everything together. Associative and commutative.
 *
 * @throws MetricsError for counts at different thresholds, and for none at all
 */
export const mergeRocCounts = (parts: ReadonlyArray<RocCounts>): RocCounts => {
  if (parts.length === 0) throw new MetricsError({ what: "ROC counts to be merged", reason: "there are none" })
  return parts.reduce((sum, part) => {
    if (part.steps !== sum.steps) {
      throw new MetricsError({ what: `a ROC curve of ${part.steps} steps`, reason: `the other has ${sum.steps}` })
    }
    return {
      steps: sum.steps,
      truePositives: sum.truePositives.map((count, k) => count + part.truePositives[k]),
      falsePositives: sum.falsePositives.map((count, k) => count + part.falsePositives[k]),
      positives: sum.positives + part.positives,
      negatives: sum.negatives + part.negatives
    }
  })
}

/**
 * The ROC curve of counts: TPR = TP / positives, FPR = FP / negatives. AGPCNet adds `smoothing` 0.001 to both
 * denominators; without it (the default) the rates are exact.
 *
 * A score of exactly 0 exceeds no threshold, so that the curve ends short of (1, 1) where there are any, and the area under
 * it is too small: of scores 1 and 0 that are all right it is 0. `auc` and `rocCurve` have no such gap.
 *
 * @example
 * ```ts
 * const counts = rocCounts(Float32Array.of(0.9, 0.5, 0.1), Uint8Array.of(1, 0, 0))
 * areaUnderCurve(rocCurveOfCounts(counts)) // => 1
 * areaUnderCurve(rocCurveOfCounts(counts, { smoothing: 0.001 })) // => 0.9985017481269357
 * ```
 */
export const rocCurveOfCounts = (
  { steps, truePositives, falsePositives, positives, negatives }: RocCounts,
  { smoothing = 0 }: { readonly smoothing?: number } = {}
): RocCurve => ({
  thresholds: Float64Array.from({ length: steps + 1 }, (_, k) => (steps - k) / steps),
  falsePositiveRate: falsePositives
    .slice()
    .reverse()
    .map((count) => count / (negatives + smoothing)),
  truePositiveRate: truePositives
    .slice()
    .reverse()
    .map((count) => count / (positives + smoothing))
})
