import { vec3, wordsOf } from "./box.ts"
import { type Prediction, requireSameShape } from "./mask.ts"

/**
 * How voxels (or lesions) fell: true and false positives, false and true negatives. Every rate and overlap is a function
 * of these four, and they merge by addition, so that a cohort can be counted in any order and in parts.
 *
 * The paper's sentence about FN and FP has them the wrong way round; here a false negative is a voxel of the reference
 * that the prediction missed.
 */
export interface Confusion {
  readonly tp: number
  readonly fp: number
  readonly fn: number
  readonly tn: number
}

/** The counts of nothing: what merging starts from. */
export const noCounts: Confusion = { tp: 0, fp: 0, fn: 0, tn: 0 }

/**
 * Counts the voxels of two masks of one shape.
 *
 * @throws ShapeError for masks of two shapes, or that do not fill theirs
 * @example
 * ```ts
 * const reference = { voxels: Uint8Array.of(1, 1, 0, 0), shape: [4, 1] } as const
 * const prediction = { voxels: Uint8Array.of(1, 0, 1, 0), shape: [4, 1] } as const
 * confusion(reference, prediction) // => { tp: 1, fp: 1, fn: 1, tn: 1 }
 * ```
 */
export const confusion = (reference: Prediction, prediction: Prediction): Confusion => {
  requireSameShape(reference, prediction)
  return count(reference.voxels, prediction.voxels)
}

/**
 * The counts of every slice along the last axis: what `perSlice` is made from.
 *
 * @throws ShapeError as `confusion`
 */
export const confusionOfSlices = (reference: Prediction, prediction: Prediction): ReadonlyArray<Confusion> => {
  requireSameShape(reference, prediction)
  const [nx, ny, nz] = vec3(reference.shape)
  const size = nx * ny
  return Array.from({ length: nz }, (_, z) =>
    count(reference.voxels.subarray(z * size, (z + 1) * size), prediction.voxels.subarray(z * size, (z + 1) * size))
  )
}

/** The counts of everything together. Associative and commutative; `noCounts` changes nothing. */
export const mergeConfusion = (counts: ReadonlyArray<Confusion>): Confusion =>
  counts.reduce(
    (sum, { tp, fp, fn, tn }) => ({ tp: sum.tp + tp, fp: sum.fp + fp, fn: sum.fn + fn, tn: sum.tn + tn }),
    noCounts
  )

const count = (reference: Uint8Array, prediction: Uint8Array): Confusion => {
  const referenceWords = wordsOf(reference)
  const predictionWords = wordsOf(prediction)
  let [both, inReference, inPrediction] = [0, 0, 0]
  const countBytes = (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      const r = reference[i] === 0 ? 0 : 1
      const p = prediction[i] === 0 ? 0 : 1
      both += r & p
      inReference += r
      inPrediction += p
    }
  }
  // Most of a CT is background in both masks: four voxels at a time show it.
  for (let word = 0; word < referenceWords.length; word++) {
    if ((referenceWords[word] | predictionWords[word]) !== 0) countBytes(word * 4, word * 4 + 4)
  }
  countBytes(referenceWords.length * 4, reference.length)
  return {
    tp: both,
    fp: inPrediction - both,
    fn: inReference - both,
    tn: reference.length - inReference - inPrediction + both
  }
}
