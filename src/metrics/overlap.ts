import type { Confusion } from "./confusion.ts"

// Every overlap is NaN where it is 0/0: aggregation leaves those out and says how many, or counts them as its empty rule says.

/**
 * 2 TP / (2 TP + FP + FN) (paper, Eq. 11), |P & R| over the mean of |P| and |R|. NaN where both masks are empty, 0 where one is.
 *
 * @example
 * ```ts
 * dice({ tp: 6, fp: 3, fn: 19, tn: 72 }) // => 0.35294117647058826
 * ```
 */
export const dice = ({ tp, fp, fn }: Confusion): number => (2 * tp) / (2 * tp + fp + fn)

/** TP / (TP + FP + FN), the Jaccard index: Dice / (2 - Dice). NaN where both masks are empty. */
export const iou = ({ tp, fp, fn }: Confusion): number => tp / (tp + fp + fn)

/** Volumetric overlap error: 1 - IoU, from 0 (identical) to 1 (disjoint). NaN where both masks are empty. */
export const voe = (counts: Confusion): number => 1 - iou(counts)

/**
 * Relative volume difference (|P| - |R|) / |R|, as MedPy's `ravd`: positive where the prediction is too large. NaN for an
 * empty reference.
 */
export const rvd = ({ tp, fp, fn }: Confusion): number => (tp + fn === 0 ? Number.NaN : (fp - fn) / (tp + fn))

/**
 * Relative volume difference as the LiTS scorer reports it, with its arguments exchanged: (|R| - |P|) / |P|, positive
 * where the prediction is too small. NaN for an empty prediction.
 */
export const rvdLits = ({ tp, fp, fn }: Confusion): number => rvd({ tp, fp: fn, fn: fp, tn: 0 })
