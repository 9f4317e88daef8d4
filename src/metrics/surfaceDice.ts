import type { DirectedDistances, SurfaceDistances } from "./surfaceDistances.ts"

/**
 * Surface Dice at a tolerance (Nikolov et al., J Med Internet Res 2021;23(7):e26151): how much of both surfaces lies within
 * `tolerance` (in the unit of the spacing, inclusive) of the other, over all of both. By area for surfels, as
 * surface-distance; by number for a border, as MONAI. 0 where one mask is empty, NaN where both are.
 *
 * @example
 * ```ts
 * surfaceDice({
 *   fromReference: { distances: Float64Array.of(0, 1, 5) },
 *   fromPrediction: { distances: Float64Array.of(0, 2) }
 * }, 1) // => 0.6
 * ```
 */
export const surfaceDice = ({ fromReference, fromPrediction }: SurfaceDistances, tolerance: number): number =>
  (areaWithin(fromReference, tolerance) + areaWithin(fromPrediction, tolerance)) /
  (surfaceArea(fromReference) + surfaceArea(fromPrediction))

/** How much of one surface lies within `tolerance` of the other, over all of it. NaN where it is empty. */
export const surfaceOverlap = (directed: DirectedDistances, tolerance: number): number =>
  areaWithin(directed, tolerance) / surfaceArea(directed)

/** The area of a surface (mm^2; in 2-D the length of the contour, mm) made of surfels; of a border, how many voxels it has. */
export const surfaceArea = (directed: DirectedDistances): number => areaWithin(directed, Infinity)

const areaWithin = ({ distances, weights }: DirectedDistances, tolerance: number): number => {
  let area = 0
  for (let i = 0; i < distances.length && distances[i] <= tolerance; i++) area += weights === undefined ? 1 : weights[i]
  return area
}
