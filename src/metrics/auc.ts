import type { RocCurve } from "./roc.ts"
import type { Scores } from "./scores.ts"

/**
 * The exact area under the ROC curve by ranks (Mann and Whitney's U): the chance that a positive scores higher than a
 * negative, a tie counting half.
 *
 * AUC = (sum over positives p of #{n < p} + #{n = p} / 2) / (|positives| |negatives|)
 *
 * NaN where either is missing.
 *
 * @example
 * ```ts
 * auc(scores(Float32Array.of(0.9, 0.5, 0.5, 0.1), Uint8Array.of(1, 1, 0, 0))) // => 0.875
 * ```
 */
export const auc = ({ positives, negatives }: Scores): number => {
  let [below, upTo, wins] = [0, 0, 0]
  for (const score of positives) {
    while (below < negatives.length && negatives[below] < score) below++
    while (upTo < negatives.length && negatives[upTo] <= score) upTo++
    wins += (below + upTo) / 2
  }
  return wins / (positives.length * negatives.length)
}

/**
 * The area under a curve by trapezia: of a curve at every score the exact AUC, of one at 201 thresholds AGPCNet's (paper,
 * Table 1). NaN where the curve is, and where there is none.
 */
export const areaUnderCurve = ({ falsePositiveRate, truePositiveRate }: RocCurve): number => {
  if (falsePositiveRate.length === 0) return Number.NaN
  let area = 0
  for (let i = 1; i < falsePositiveRate.length; i++) {
    const width = falsePositiveRate[i] - falsePositiveRate[i - 1]
    area += (width * (truePositiveRate[i] + truePositiveRate[i - 1])) / 2
  }
  return area
}
