import type { NIFTI1, NIFTI2 } from "nifti-reader-js"
import { column, compose, determinant, scaling, spacingOf } from "../volume/affine.ts"
import type { Affine, Vec3, Vec4 } from "../volume/volume.ts"
import { NiftiError } from "./niftiError.ts"

/**
 * Where a header places its voxels, in millimetres: the sform if it has one, else the qform, else diag(pixdim).
 *
 * The parser's own affine prefers a qform with the larger code; nibabel and 3D Slicer prefer the sform, and so does this.
 *
 * Source: nifti1.h, "3D image (volume) orientation and location in space", methods 3, 2 and 1.
 */
export const affineOf = (file: string, header: NIFTI1 | NIFTI2, buffer: ArrayBuffer): Affine => {
  const stored =
    header.sform_code > 0
      ? sform(new DataView(buffer), header.littleEndian)
      : header.qform_code > 0
        ? qform(header)
        : scaling(spacing(header))
  const unit = MILLIMETRES[header.xyzt_units & 7] ?? 1
  const affine = unit === 1 ? stored : compose(scaling([unit, unit, unit]), stored)
  const volume = determinant(affine)
  if (volume !== 0 && Number.isFinite(volume) && affine.flat().every(Number.isFinite)) return affine
  throw new NiftiError({
    file,
    reason: `its header places voxels by the affine ${JSON.stringify(affine)}, which cannot be inverted`,
    remedy: "repair the sform or the qform, for instance with nibabel or 3D Slicer"
  })
}

/** What one unit is in mm, by the code of `xyzt_units`: metres, millimetres, micrometres. Others are taken for millimetres. */
const MILLIMETRES: Readonly<Record<number, number>> = { 1: 1000, 3: 0.001 }

const sform = (view: DataView, littleEndian: boolean): Affine => {
  const number =
    view.byteLength === 348
      ? (i: number) => view.getFloat32(280 + 4 * i, littleEndian)
      : (i: number) => view.getFloat64(400 + 8 * i, littleEndian)
  const row = (r: number): Vec4 => [number(4 * r), number(4 * r + 1), number(4 * r + 2), number(4 * r + 3)]
  return [row(0), row(1), row(2), [0, 0, 0, 1]]
}

/** Signs are ignored and what is 0 or not a number counts as 1, as in the reference library of the format. */
const spacing = ({ pixDims }: NIFTI1 | NIFTI2): Vec3 => {
  const length = (d: number) => (d !== 0 && Number.isFinite(d) ? Math.abs(d) : 1)
  return [length(pixDims[1]), length(pixDims[2]), length(pixDims[3])]
}

const qform = (header: NIFTI1 | NIFTI2): Affine => {
  const { quatern_b, quatern_c, quatern_d, qoffset_x, qoffset_y, qoffset_z, pixDims } = header
  const [dx, dy, dz] = spacing(header)
  return compose(
    rotation([quatern_b, quatern_c, quatern_d], [qoffset_x, qoffset_y, qoffset_z]),
    scaling([dx, dy, pixDims[0] < 0 ? -dz : dz])
  )
}

/** Below this, 1 - (b^2 + c^2 + d^2) is the rounding of a half turn's quaternion to float32, and a is 0. */
const HALF_TURN = 1e-7

/** The rotation of the unit quaternion a + bi + cj + dk with a >= 0, and a shift. */
const rotation = (imaginary: Vec3, [x, y, z]: Vec3): Affine => {
  const square = imaginary.reduce((sum, q) => sum + q * q, 0)
  const a = 1 - square < HALF_TURN ? 0 : Math.sqrt(1 - square)
  const [b, c, d] = a === 0 ? imaginary.map((q) => q / Math.sqrt(square)) : imaginary
  return [
    [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c), x],
    [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b), y],
    [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c, z],
    [0, 0, 0, 1]
  ]
}

/** The fields of a qform: pixdim 0 to 3 (the first is the handedness) and the quaternion of the axes' directions. */
export interface Qform {
  readonly pixDims: readonly [number, number, number, number]
  readonly quatern_b: number
  readonly quatern_c: number
  readonly quatern_d: number
}

/** How far from right angles axes may be for a qform, which cannot say that they aren't. */
const SQUARE = 1e-4

/**
 * The qform of an affine, or undefined if it shears.
 *
 * Source: Shepperd, Quaternion from rotation matrix (1978): the largest of the four components is taken from the
 * diagonal and the others from it, which loses no digits for any rotation.
 */
export const qformOf = (affine: Affine): Qform | undefined => {
  const [dx, dy, dz] = spacingOf(affine)
  const handedness = determinant(affine) < 0 ? -1 : 1
  const [x, y, z] = [unit(column(affine, 0), dx), unit(column(affine, 1), dy), unit(column(affine, 2), handedness * dz)]
  if (Math.max(Math.abs(dot(x, y)), Math.abs(dot(y, z)), Math.abs(dot(z, x))) > SQUARE) return undefined

  // Row i holds 4 q_i q_j.
  const products = [
    [1 + x[0] + y[1] + z[2], y[2] - z[1], z[0] - x[2], x[1] - y[0]],
    [y[2] - z[1], 1 + x[0] - y[1] - z[2], y[0] + x[1], z[0] + x[2]],
    [z[0] - x[2], y[0] + x[1], 1 - x[0] + y[1] - z[2], z[1] + y[2]],
    [x[1] - y[0], z[0] + x[2], z[1] + y[2], 1 - x[0] - y[1] + z[2]]
  ]
  const squares = products.map((row, i) => row[i])
  const largest = squares.indexOf(Math.max(...squares))
  const [a, b, c, d] = products[largest].map((product) => product / (2 * Math.sqrt(squares[largest])))
  const sign = a < 0 ? -1 : 1
  return { pixDims: [handedness, dx, dy, dz], quatern_b: sign * b, quatern_c: sign * c, quatern_d: sign * d }
}

const unit = ([x, y, z]: Vec3, length: number): Vec3 => [x / length, y / length, z / length]
const dot = (p: Vec3, q: Vec3): number => p[0] * q[0] + p[1] * q[1] + p[2] * q[2]
