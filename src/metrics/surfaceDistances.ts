import type { Vec3 } from "../volume/volume.ts"
import { type Edges, indicesOf, packBits } from "./bitRows.ts"
import { border } from "./border.ts"
import { type Box, boundingBox, unionBox, vec3 } from "./box.ts"
import { nearestDistances } from "./distanceTransform.ts"
import { type Mask, MetricsError, type Prediction, requireSameShape } from "./mask.ts"
import type { Neighbourhood } from "./neighbourhood.ts"
import { surfels } from "./surfels.ts"

/**
 * What a surface is made of. A neighbourhood: the voxels inside with a neighbour outside (MedPy and MONAI: 4 or 6; LiTS:
 * 18). `"surfels"`: the corners where voxels of both kinds meet, each weighing the area of surface (in 2-D: the length of
 * contour) around it (google-deepmind/surface-distance). `"voxels"`: every voxel inside, so that what overlaps is at
 * distance 0 (plastimatch's Hausdorff distance of sets, scikit-image's of points).
 */
export type SurfaceElements = Neighbourhood | "surfels" | "voxels"

export interface SurfaceOptions {
  /** No default: the same masks give other numbers. */
  readonly surface: SurfaceElements
  /**
   * Whether a border runs where a mask is cut by the edge of the image: `"background"` (the default; MedPy, MONAI, LiTS)
   * puts one there, `"continued"` does not. Surfels always have one.
   */
  readonly edges?: Edges
}

/** From every element of one surface to the nearest of the other. */
export interface DirectedDistances {
  /** In the unit of the spacing, ascending; infinite where the other surface is empty. */
  readonly distances: Float64Array
  /** The area (3-D) or length (2-D) of each element, in the same order; absent where each counts as one. */
  readonly weights?: Float64Array
}

/** Computed once; every surface metric is a small function of it. */
export interface SurfaceDistances {
  readonly fromReference: DirectedDistances
  readonly fromPrediction: DirectedDistances
}

/**
 * The distances between the surfaces of two masks of one shape, both ways, in the unit of the reference's spacing. Exact,
 * anisotropic, and linear in the box around both masks.
 *
 * @throws ShapeError for masks of two shapes, or that do not fill theirs
 * @throws MetricsError for a spacing that is not positive, or a neighbourhood of another number of dimensions
 * @example
 * ```ts
 * const reference = { voxels: Uint8Array.of(1, 0, 0), shape: [3, 1], spacing: [0.5, 1] } as const
 * const prediction = { voxels: Uint8Array.of(0, 0, 1), shape: [3, 1] } as const
 * surfaceDistances(reference, prediction, { surface: 4 }).fromReference.distances // => [1]
 * ```
 */
export const surfaceDistances = (
  reference: Mask,
  prediction: Prediction,
  { surface, edges = "background" }: SurfaceOptions
): SurfaceDistances => {
  requireSameShape(reference, prediction)
  const { shape } = reference
  const spacing = vec3(reference.spacing)
  if (reference.spacing.length !== shape.length || !spacing.every((step) => step > 0 && step < Infinity)) {
    const reason = `${shape.length} positive numbers are needed for a shape of ${shape.join(" x ")}`
    throw new MetricsError({ what: `a spacing of [${reference.spacing.join(", ")}]`, reason })
  }
  const box = unionBox(boundingBox(reference), boundingBox(prediction)) ?? { lower: [0, 0, 0], shape: [0, 0, 0] }
  const elements = (mask: Prediction) => elementsOf(mask, box, spacing, surface, edges)
  const from = elements(reference)
  const to = elements(prediction)
  return {
    fromReference: ascending(nearestDistances(to.points, from.points, from.shape, spacing), from.weights),
    fromPrediction: ascending(nearestDistances(from.points, to.points, to.shape, spacing), to.weights)
  }
}

/**
 * The distances of several pairs as those of one: what `pooled` is made from. Associative and commutative. Where one of a
 * pair was empty, the other's elements stay, infinitely far away: surface Dice counts them, distances leave them out.
 *
 * @throws MetricsError where some have weights and some do not
 */
export const mergeSurfaceDistances = (parts: ReadonlyArray<SurfaceDistances>): SurfaceDistances => ({
  fromReference: mergeDirected(parts.map((part) => part.fromReference)),
  fromPrediction: mergeDirected(parts.map((part) => part.fromPrediction))
})

const elementsOf = (
  mask: Prediction,
  box: Box,
  spacing: Vec3,
  surface: SurfaceElements,
  edges: Edges
): { readonly shape: Vec3; readonly points: Int32Array; readonly weights?: Float64Array } => {
  const dimensions = mask.shape.length
  const rows = packBits(mask, box, surface === "surfels" ? "background" : edges)
  if (surface === "surfels") return surfels(rows, spacing, dimensions)
  const points = surface === "voxels" ? indicesOf(rows.words, rows, box.shape, 1) : border(rows, surface, dimensions)
  return { shape: box.shape, points }
}

/** Sorted by distance, then weight: the same record whatever the order of the elements, so that merging is exact. */
const ascending = (distances: Float64Array, weights: Float64Array | undefined): DirectedDistances => {
  if (weights === undefined) return { distances: distances.sort() }
  const order = Uint32Array.from(distances, (_, i) => i).sort(
    (a, b) => distances[a] - distances[b] || weights[a] - weights[b]
  )
  return {
    distances: Float64Array.from(order, (i) => distances[i]),
    weights: Float64Array.from(order, (i) => weights[i])
  }
}

const mergeDirected = (parts: ReadonlyArray<DirectedDistances>): DirectedDistances => {
  const filled = parts.filter((part) => part.distances.length > 0)
  const weighted = filled.filter((part) => part.weights !== undefined)
  if (weighted.length > 0 && weighted.length < filled.length) {
    throw new MetricsError({
      what: "surface distances to be merged",
      reason: "some have weights and some do not: measure all of them with the same `surface`"
    })
  }
  const distances = concatenated(filled.map((part) => part.distances))
  return ascending(distances, weighted.length > 0 ? concatenated(weighted.map((part) => part.weights!)) : undefined)
}

const concatenated = (parts: ReadonlyArray<Float64Array>): Float64Array => {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
