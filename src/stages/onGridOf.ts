import { reorientLike } from "../volume/orientation.ts"
import { GeometryError, type Grid, ShapeError, type Volume } from "../volume/volume.ts"

/**
 * A volume in the voxel order of another grid of its case, so that voxels of both correspond by index.
 *
 * @param what the volume, for errors
 * @throws ShapeError for other numbers of voxels, GeometryError for voxels that are elsewhere in the patient
 */
export const onGridOf = <V extends Volume>(volume: V, grid: Grid, what: string): V => {
  if (sorted(volume.shape) !== sorted(grid.shape)) checkShape(volume, grid, what)
  try {
    return reorientLike(volume, grid)
  } catch (cause) {
    if (cause instanceof ShapeError) {
      throw new ShapeError({ what, expected: cause.expected, found: cause.found, cause })
    }
    if (!(cause instanceof GeometryError)) throw cause
    const reason = `of ${what} puts its voxels elsewhere than ${JSON.stringify(grid.affine)} does; write it with the affine of its CT`
    throw new GeometryError({ affine: volume.affine, reason, cause })
  }
}

/** Throws `ShapeError` unless voxels of two grids can correspond by index. */
export const checkShape = (volume: Grid, { shape }: Grid, what: string): void => {
  if (shape.some((n, axis) => n !== volume.shape[axis])) {
    throw new ShapeError({ what, expected: shape, found: volume.shape })
  }
}

const sorted = (shape: Grid["shape"]): string => shape.toSorted((a, b) => a - b).join()
