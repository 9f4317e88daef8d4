import type { Components } from "./components.ts"
import type { Confusion } from "./confusion.ts"
import { MetricsError } from "./mask.ts"

/** Lesions of the reference and of the prediction that were taken for the same, and how well their voxels agree. */
export interface LesionMatch {
  /** Components of the reference: several where one predicted lesion spans them. */
  readonly references: ReadonlyArray<number>
  /** Components of the prediction: several where one reference lesion holds them. */
  readonly predictions: ReadonlyArray<number>
  /** The voxels of this match alone. */
  readonly confusion: Confusion
}

/** How the lesions of two masks were matched: all that overlap at all; a threshold comes later. */
export interface LesionMatching {
  /** How many lesions the reference and the prediction have. */
  readonly references: number
  readonly predictions: number
  readonly matches: ReadonlyArray<LesionMatch>
}

/**
 * Matches the lesions of a prediction to those of the reference, as the LiTS challenge does:
 *
 * 1. lesions of the reference that share their best predicted lesion (the largest intersection) are merged;
 * 2. each predicted lesion goes to the one merged reference lesion that it intersects most;
 * 3. predicted lesions that went to the same one are merged.
 *
 * What is left pairs off one to one. Equal intersections are decided for the lesion that comes first in memory. Lesions are
 * told apart by place, so that the fault of the public scorer, which compares numbers of the prediction with those of the
 * reference and so loses lesions, cannot arise.
 *
 * Source: PatrickChrist/lits-challenge-scoring; Bilic et al., Med Image Anal 2023;84:102680.
 *
 * @throws MetricsError for components of two images
 * @example
 * ```ts
 * const lesions = (voxels: ReadonlyArray<number>) => components({ voxels: Uint8Array.from(voxels), shape: [5, 1] }, 4)
 * matchLesions(lesions([1, 1, 0, 1, 1]), lesions([1, 1, 1, 1, 0])).matches
 * // => [{ references: [0, 1], predictions: [0], confusion: { tp: 3, fp: 1, fn: 1, tn: 0 } }]
 * ```
 */
export const matchLesions = (reference: Components, prediction: Components): LesionMatching => {
  if (reference.shape.some((n, axis) => n !== prediction.shape[axis])) {
    const reason = `the prediction's are those of an image of ${prediction.shape.join(" x ")}`
    throw new MetricsError({ what: `lesions of an image of ${reference.shape.join(" x ")}`, reason })
  }
  const shared = intersections(reference, prediction)
  const bestPrediction = bestOf(
    reference.count,
    shared,
    ({ r }) => r,
    ({ p }) => p
  )
  // A merged reference lesion goes by the number of its best prediction.
  const merged = new Map<number, Map<number, Intersection>>()
  for (const { r, p, voxels } of shared) {
    const target = bestPrediction[r]
    const row = getOrMake(merged, p, () => new Map<number, Intersection>())
    row.set(target, { r: target, p, voxels: voxels + (row.get(target)?.voxels ?? 0) })
  }
  const chosen = bestOf(
    prediction.count,
    [...merged.values()].flatMap((row) => [...row.values()]),
    ({ p }) => p,
    ({ r }) => r
  )
  const matches = new Map<number, { references: Array<number>; predictions: Array<number>; tp: number }>()
  chosen.forEach((target, p) => {
    if (target < 0) return
    const match = getOrMake(matches, target, () => ({ references: [], predictions: [], tp: 0 }))
    match.predictions.push(p)
    match.tp += merged.get(p)!.get(target)!.voxels
  })
  bestPrediction.forEach((target, r) => {
    matches.get(target)?.references.push(r)
  })
  const total = reference.shape[0] * reference.shape[1] * reference.shape[2]
  return {
    references: reference.count,
    predictions: prediction.count,
    matches: [...matches.values()].map(({ references, predictions, tp }) => {
      const fn = sizeOf(reference, references) - tp
      const fp = sizeOf(prediction, predictions) - tp
      return { references, predictions, confusion: { tp, fp, fn, tn: total - tp - fp - fn } }
    })
  }
}

/** How many lesions were found at an overlap; they merge by addition. */
export interface Detection {
  /** Lesions of the reference, and how many of them were found. */
  readonly references: number
  readonly referencesFound: number
  /** Predicted lesions, and how many of them found something. */
  readonly predictions: number
  readonly predictionsRight: number
  /** Pairs of merged lesions that overlap enough. */
  readonly pairs: number
}

/**
 * Counts the lesions found at an overlap: those in a match whose IoU exceeds `overlap`, 0 for any at all. LiTS takes 0.5
 * and 0.
 */
export const detection = (
  { references, predictions, matches }: LesionMatching,
  { overlap }: { readonly overlap: number }
): Detection => {
  const found = matches.filter(({ confusion: { tp, fp, fn } }) => tp / (tp + fp + fn) > overlap)
  return {
    references,
    referencesFound: found.reduce((sum, match) => sum + match.references.length, 0),
    predictions,
    predictionsRight: found.reduce((sum, match) => sum + match.predictions.length, 0),
    pairs: found.length
  }
}

/** The counts of everything together. Associative and commutative. */
export const mergeDetection = (parts: ReadonlyArray<Detection>): Detection => {
  const total = (field: keyof Detection) => parts.reduce((sum, part) => sum + part[field], 0)
  return {
    references: total("references"),
    referencesFound: total("referencesFound"),
    predictions: total("predictions"),
    predictionsRight: total("predictionsRight"),
    pairs: total("pairs")
  }
}

/** Predicted lesions that found something, over all of them. NaN where none was predicted. */
export const lesionPrecision = ({ predictionsRight, predictions }: Detection): number => predictionsRight / predictions

/** Reference lesions that were found, over all of them. NaN where there are none. */
export const lesionRecall = ({ referencesFound, references }: Detection): number => referencesFound / references

/** The harmonic mean of lesion precision and recall; 0 where nothing was found, NaN where there was nothing on either side. */
export const lesionF1 = (counts: Detection): number => {
  if (counts.references + counts.predictions === 0) return Number.NaN
  if (counts.pairs === 0) return 0
  const [p, r] = [lesionPrecision(counts), lesionRecall(counts)]
  return (2 * p * r) / (p + r)
}

/**
 * The counts by pairs, as the LiTS scorer reports TP, FP and FN: of lesions that were merged into one, one is found and the
 * others are missed. `precision`, `recall` and `fMeasure` of these are the challenge's; there are no true negatives.
 */
export const pairCounts = ({ pairs, predictions, references }: Detection): Confusion => ({
  tp: pairs,
  fp: predictions - pairs,
  fn: references - pairs,
  tn: 0
})

interface Intersection {
  readonly r: number
  readonly p: number
  readonly voxels: number
}

/** How many voxels each lesion of the reference shares with each of the prediction, where it shares any: by r, then p. */
const intersections = (reference: Components, prediction: Components): ReadonlyArray<Intersection> => {
  const shared = new Map<number, number>()
  let a = 0
  let b = 0
  while (a < reference.starts.length && b < prediction.starts.length) {
    const aEnd = reference.starts[a] + reference.lengths[a]
    const bEnd = prediction.starts[b] + prediction.lengths[b]
    const voxels = Math.min(aEnd, bEnd) - Math.max(reference.starts[a], prediction.starts[b])
    if (voxels > 0) {
      const pair = reference.ids[a] * prediction.count + prediction.ids[b]
      shared.set(pair, (shared.get(pair) ?? 0) + voxels)
    }
    if (aEnd < bEnd) a++
    else b++
  }
  return [...shared]
    .sort(([one], [other]) => one - other)
    .map(([pair, voxels]) => ({ r: Math.floor(pair / prediction.count), p: pair % prediction.count, voxels }))
}

/** For each of `count` lesions the one that it shares most voxels with, the first of equals, or -1 where it shares none. */
const bestOf = (
  count: number,
  shared: ReadonlyArray<Intersection>,
  own: (pair: Intersection) => number,
  other: (pair: Intersection) => number
): Int32Array => {
  const best = new Int32Array(count).fill(-1)
  const most = new Float64Array(count)
  for (const pair of shared) {
    const [at, candidate] = [own(pair), other(pair)]
    if (pair.voxels > most[at] || (pair.voxels === most[at] && candidate < best[at])) {
      most[at] = pair.voxels
      best[at] = candidate
    }
  }
  return best
}

const sizeOf = ({ sizes }: Components, ids: ReadonlyArray<number>) => ids.reduce((sum, id) => sum + sizes[id], 0)

const getOrMake = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
