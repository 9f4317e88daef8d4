import type { DirectedDistances, SurfaceDistances } from "./surfaceDistances.ts"

// An element whose other surface is empty is infinitely far away and takes no part here. A pair with an empty mask has no
// other elements, so that its distances are NaN: aggregation leaves them out and says how many.

/** Sums over the elements that have a partner; they merge by addition. */
export interface DistanceSums {
  /** How many elements, or their area. */
  readonly weight: number
  readonly sum: number
  readonly sumOfSquares: number
  readonly max: number
}

/** The sums of one direction. */
export const distanceSums = ({ distances, weights }: DirectedDistances): DistanceSums => {
  let [weight, sum, sumOfSquares, max] = [0, 0, 0, Number.NaN]
  for (let i = 0; i < distances.length && distances[i] < Infinity; i++) {
    const w = weights === undefined ? 1 : weights[i]
    weight += w
    sum += w * distances[i]
    sumOfSquares += w * distances[i] ** 2
    max = distances[i]
  }
  return { weight, sum, sumOfSquares, max }
}

/**
 * ASD, directed: (sum over p of w_p d(p)) / (sum over p of w_p), d(p) being the distance from an element to the other
 * surface. MedPy's and MONAI's `asd` for a border, surface-distance's for surfels. In the unit of the spacing.
 *
 * @example
 * ```ts
 * asd({ distances: Float64Array.of(0, 1, 5) }) // => 2
 * ```
 */
export const asd = (directed: DirectedDistances): number => {
  const { sum, weight } = distanceSums(directed)
  return sum / weight
}

/**
 * ASSD, pooled: both directed sums over the elements of both surfaces (paper, Eq. 13; LiTS, current MedPy and MONAI
 * call it ASSD). In the unit of the spacing.
 *
 * @example
 * ```ts
 * assd({
 *   fromReference: { distances: Float64Array.of(0, 1, 5) },
 *   fromPrediction: { distances: Float64Array.of(0, 0) }
 * }) // => 1.2
 * ```
 */
export const assd = ({ fromReference, fromPrediction }: SurfaceDistances): number => {
  const [r, p] = [distanceSums(fromReference), distanceSums(fromPrediction)]
  return (r.sum + p.sum) / (r.weight + p.weight)
}

/** The mean of the two directed means, as MedPy's ASSD was in early releases: the smaller surface weighs as much as the larger. */
export const meanOfMeans = ({ fromReference, fromPrediction }: SurfaceDistances): number =>
  (asd(fromReference) + asd(fromPrediction)) / 2

/** The larger of the two directed means: plastimatch's maximum average Hausdorff distance. */
export const maxOfMeans = ({ fromReference, fromPrediction }: SurfaceDistances): number =>
  Math.max(asd(fromReference), asd(fromPrediction))

/** RMSD, pooled: the root of the mean squared distance over the elements of both surfaces (LiTS). In the unit of the spacing. */
export const rmsd = ({ fromReference, fromPrediction }: SurfaceDistances): number => {
  const [r, p] = [distanceSums(fromReference), distanceSums(fromPrediction)]
  return Math.sqrt((r.sumOfSquares + p.sumOfSquares) / (r.weight + p.weight))
}
