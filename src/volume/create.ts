import { spacingOf } from "./affine.ts"
import { type Affine, type Grid, type ImageVolume, type LabelVolume, ShapeError, type Vec3 } from "./volume.ts"

/** The grid of `shape` voxels that `affine` places in the world; its spacing is the length of the affine's columns. */
export const makeGrid = (shape: Vec3, affine: Affine): Grid => ({ shape, spacing: spacingOf(affine), affine })

/** How many voxels a grid has. */
export const voxelCount = ({ shape }: Pick<Grid, "shape">): number => shape[0] * shape[1] * shape[2]

/**
 * An image on a grid.
 *
 * Throws `ShapeError` if there are not as many voxels as the grid has places.
 *
 * @example
 * ```ts
 * const ct = makeImage(makeGrid([2, 2, 1], scaling([0.8, 0.8, 5])), Int16Array.of(-1000, 40, 121, 87))
 * ```
 */
export const makeImage = (grid: Grid, voxels: ImageVolume["voxels"]): ImageVolume => ({
  kind: "image",
  ...checked(grid, voxels),
  voxels
})

/** Labels on a grid. Throws `ShapeError` if there are not as many voxels as the grid has places. */
export const makeLabels = (grid: Grid, voxels: Uint8Array): LabelVolume => ({
  kind: "labels",
  ...checked(grid, voxels),
  voxels
})

const checked = ({ shape, spacing, affine }: Grid, voxels: ArrayLike<number>): Grid => {
  if (shape.some((n) => !Number.isInteger(n) || n < 1) || voxels.length !== voxelCount({ shape })) {
    throw new ShapeError({ what: "the voxels of a volume", expected: shape, found: [voxels.length] })
  }
  return { shape, spacing, affine }
}
