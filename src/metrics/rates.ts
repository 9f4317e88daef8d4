import type { Confusion } from "./confusion.ts"

// Every rate is NaN where it is 0/0: aggregation leaves those out and says how many, or counts them as its empty rule says.

/** TP / (TP + FP) (paper, Eq. 9): how much of the prediction is right. NaN for an empty prediction. */
export const precision = ({ tp, fp }: Confusion): number => tp / (tp + fp)

/** TP / (TP + FN) (paper, Eq. 10): how much of the reference was found. NaN for an empty reference. */
export const recall = ({ tp, fn }: Confusion): number => tp / (tp + fn)

/** Recall by its clinical name (paper, Table 4). */
export const sensitivity = recall

/** TN / (TN + FP): how much of the background was left alone. NaN where the reference fills the image. */
export const specificity = ({ tn, fp }: Confusion): number => tn / (tn + fp)

/**
 * F = (1 + beta^2) P R / (beta^2 P + R) = (1 + beta^2) TP / ((1 + beta^2) TP + beta^2 FN + FP) (paper, Eq. 12, with
 * beta 1). `beta` is how many times recall weighs precision. On the same counts F1 is Dice; the paper's two differ
 * because they were aggregated differently. NaN where both masks are empty.
 *
 * @example
 * ```ts
 * fMeasure({ tp: 6, fp: 3, fn: 19, tn: 72 }, { beta: 1 }) // => 0.35294117647058826
 * ```
 */
export const fMeasure = ({ tp, fp, fn }: Confusion, { beta = 1 }: { readonly beta?: number } = {}): number => {
  const weight = beta * beta
  return ((1 + weight) * tp) / ((1 + weight) * tp + weight * fn + fp)
}
