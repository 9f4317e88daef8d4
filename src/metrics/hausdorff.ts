import type { DirectedDistances, SurfaceDistances } from "./surfaceDistances.ts"

// HD95 is four numbers in the literature; each has its own name here. All are in the unit of the spacing, and NaN where a
// mask is empty: aggregation leaves those out and says how many.

/** Which percentile of the distances: 95 unless told. */
export interface PercentOptions {
  readonly percent?: number
}

/** The directed Hausdorff distance: how far the farthest element is from the other surface. */
export const directedHausdorff = (directed: DirectedDistances): number => {
  const distances = partnered(directed)
  return distances.length === 0 ? Number.NaN : distances[distances.length - 1]
}

/**
 * The Hausdorff distance: the larger of the two directed ones. LiTS calls it the maximum symmetric surface distance (MSSD).
 *
 * @example
 * ```ts
 * hausdorff({
 *   fromReference: { distances: Float64Array.of(0, 1, 5) },
 *   fromPrediction: { distances: Float64Array.of(0, 2) }
 * }) // => 5
 * ```
 */
export const hausdorff = ({ fromReference, fromPrediction }: SurfaceDistances): number =>
  Math.max(directedHausdorff(fromReference), directedHausdorff(fromPrediction))

/**
 * HD95 of MedPy: the percentile of the distances of both directions together, interpolated between ranks. Elements count
 * as one.
 *
 * @example
 * ```ts
 * const distances = {
 *   fromReference: { distances: Float64Array.of(0, 1, 5) },
 *   fromPrediction: { distances: Float64Array.of(0, 2) }
 * }
 * hd95Pooled(distances) // => 4.3999999999999995
 * hd95MaxOfDirected(distances) // => 4.6
 * hd95MeanOfDirected(distances) // => 0.5
 * hd95AreaWeighted(distances) // => 5
 * ```
 */
export const hd95Pooled = (
  { fromReference, fromPrediction }: SurfaceDistances,
  { percent = 95 }: PercentOptions = {}
): number => {
  const reference = partnered(fromReference)
  const prediction = partnered(fromPrediction)
  const both = new Float64Array(reference.length + prediction.length)
  both.set(reference)
  both.set(prediction, reference.length)
  return interpolated(both.sort(), percent)
}

/** HD95 of MONAI: the larger of the two directed percentiles, interpolated between ranks. Elements count as one. */
export const hd95MaxOfDirected = (
  { fromReference, fromPrediction }: SurfaceDistances,
  { percent = 95 }: PercentOptions = {}
): number => Math.max(interpolated(partnered(fromReference), percent), interpolated(partnered(fromPrediction), percent))

/**
 * HD95 of plastimatch: the mean of the two directed percentiles, each the distance of rank floor(q n) of n, counted from
 * one. Elements count as one.
 */
export const hd95MeanOfDirected = (
  { fromReference, fromPrediction }: SurfaceDistances,
  { percent = 95 }: PercentOptions = {}
): number => (ranked(partnered(fromReference), percent) + ranked(partnered(fromPrediction), percent)) / 2

/**
 * HD95 of surface-distance (its robust Hausdorff distance): the larger of the two directed ones, each the smallest
 * distance within which lies that percentage of the surface's area. Of a border, where elements count as one, the
 * percentage of its voxels.
 */
export const hd95AreaWeighted = (
  { fromReference, fromPrediction }: SurfaceDistances,
  { percent = 95 }: PercentOptions = {}
): number => Math.max(withinArea(fromReference, percent), withinArea(fromPrediction, percent))

/** The distances, ascending, of the elements whose other surface is not empty. */
const partnered = ({ distances }: DirectedDistances): Float64Array => {
  const infinite = distances.indexOf(Infinity)
  return infinite < 0 ? distances : distances.subarray(0, infinite)
}

/** Between the two ranks around q (n - 1), counted from zero, as NumPy's percentile. */
const interpolated = (ascending: Float64Array, percent: number): number => {
  if (ascending.length === 0) return Number.NaN
  const rank = (percent / 100) * (ascending.length - 1)
  const below = Math.floor(rank)
  const above = Math.min(below + 1, ascending.length - 1)
  return ascending[below] + (rank - below) * (ascending[above] - ascending[below])
}

const ranked = (ascending: Float64Array, percent: number): number =>
  ascending.length === 0 ? Number.NaN : ascending[Math.max(Math.floor((percent / 100) * ascending.length) - 1, 0)]

const withinArea = (directed: DirectedDistances, percent: number): number => {
  const distances = partnered(directed)
  if (distances.length === 0) return Number.NaN
  const weightOf = (i: number) => (directed.weights === undefined ? 1 : directed.weights[i])
  let total = 0
  for (let i = 0; i < distances.length; i++) total += weightOf(i)
  // Half of eight equal areas is half, however their sum was rounded.
  const wanted = total * (percent / 100) * (1 - 1e-12)
  let within = 0
  for (let i = 0; i < distances.length; i++) {
    within += weightOf(i)
    if (within >= wanted) return distances[i]
  }
  return distances[distances.length - 1]
}
