import type { NIFTI1, NIFTI2 } from "nifti-reader-js"
import { compose, determinant, scaling } from "../volume/affine.ts"
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
