import { TaggedError } from "../errors.ts"

/** Three numbers, one for each voxel axis (x, y, z) in the order of the file: x varies fastest in memory. */
export type Vec3 = readonly [number, number, number]

/** A row of a 4x4 matrix. */
export type Vec4 = readonly [number, number, number, number]

/** Rows of the 4x4 matrix that takes voxel indices (i, j, k, 1) to world millimetres, RAS+ as in NIfTI. */
export type Affine = readonly [Vec4, Vec4, Vec4, Vec4]

/** The grid that voxels lie on: how many, how far apart (mm), and where they are in the patient. */
export interface Grid {
  readonly shape: Vec3
  readonly spacing: Vec3
  readonly affine: Affine
}

/** Intensities on a grid: Hounsfield units as read, or [0, 1] after windowing. Voxel (x, y, z) is at x + nx (y + ny z). */
export interface ImageVolume extends Grid {
  readonly kind: "image"
  readonly voxels: Int16Array | Uint8Array | Float32Array
}

/** Class labels on a grid. Its own kind, because labels may only be resampled by nearest neighbour. */
export interface LabelVolume extends Grid {
  readonly kind: "labels"
  readonly voxels: Uint8Array
}

export type Volume = ImageVolume | LabelVolume

/** The values of the LiTS labels. */
export const LABEL = { background: 0, liver: 1, tumor: 2 } as const

/** Two grids that should agree do not, or a buffer does not fill its shape. */
export class ShapeError extends TaggedError("ShapeError")<{
  readonly what: string
  readonly expected: ReadonlyArray<number>
  readonly found: ReadonlyArray<number>
}> {
  override get message() {
    return `${this.what}: expected shape [${this.expected.join(", ")}], found [${this.found.join(", ")}]`
  }
}

/** An affine that does not place voxels as it should. */
export class GeometryError extends TaggedError("GeometryError")<{ readonly affine: Affine; readonly reason: string }> {
  override get message() {
    return `the affine ${JSON.stringify(this.affine)} ${this.reason}`
  }
}
