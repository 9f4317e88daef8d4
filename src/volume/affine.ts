import { type Affine, GeometryError, type Vec3, type Vec4 } from "./volume.ts"

export const IDENTITY: Affine = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 1]
]

/** The affine of an axis-aligned grid: voxel (0, 0, 0) at `origin`, `spacing` mm apart (negative to run backwards). */
export const scaling = (spacing: Vec3, origin: Vec3 = [0, 0, 0]): Affine => [
  [spacing[0], 0, 0, origin[0]],
  [0, spacing[1], 0, origin[1]],
  [0, 0, spacing[2], origin[2]],
  [0, 0, 0, 1]
]

/** The point that `affine` takes `point` to: from voxel indices to world millimetres, if it is a grid's. */
export const apply = (affine: Affine, [x, y, z]: Vec3): Vec3 => {
  const row = ([a, b, c, d]: Vec4) => a * x + b * y + c * z + d
  return [row(affine[0]), row(affine[1]), row(affine[2])]
}

/** The affine that does `first`, then `then`: the matrix product then * first. */
export const compose = (then: Affine, first: Affine): Affine => {
  const row = (r: Vec4): Vec4 => {
    const column = (c: 0 | 1 | 2 | 3) =>
      r[0] * first[0][c] + r[1] * first[1][c] + r[2] * first[2][c] + r[3] * first[3][c]
    return [column(0), column(1), column(2), column(3)]
  }
  return [row(then[0]), row(then[1]), row(then[2]), [0, 0, 0, 1]]
}

/** The direction that voxel axis `axis` runs in, one voxel long: a column of the affine. */
export const column = (affine: Affine, axis: 0 | 1 | 2 | 3): Vec3 => [affine[0][axis], affine[1][axis], affine[2][axis]]

/** The determinant of the 3x3 part: the volume of a voxel in mm^3, negative where the axes are left-handed. */
export const determinant = ([[a, b, c], [d, e, f], [g, h, i]]: Affine): number =>
  a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)

/**
 * The affine that undoes `affine`: from world millimetres to voxel indices, if it is a grid's.
 *
 * Throws `GeometryError` if there is none: an axis of no length, axes in one plane, or a number that is not finite.
 */
export const invert = (affine: Affine): Affine => {
  const [[a, b, c, x], [d, e, f, y], [g, h, i, z]] = affine
  const volume = determinant(affine)
  if (!(Math.abs(volume) > 0 && Number.isFinite(volume))) {
    throw new GeometryError({
      affine,
      reason: "cannot be inverted: its axes need a length and must not lie in one plane"
    })
  }
  const row = (p: number, q: number, r: number): Vec4 => {
    const [u, v, w] = [p / volume, q / volume, r / volume]
    return [u, v, w, -(u * x + v * y + w * z)]
  }
  return [
    row(e * i - f * h, c * h - b * i, b * f - c * e),
    row(f * g - d * i, a * i - c * g, c * d - a * f),
    row(d * h - e * g, b * g - a * h, a * e - b * d),
    [0, 0, 0, 1]
  ]
}

/** How far apart voxels lie along each axis, in mm: the lengths of the affine's columns. */
export const spacingOf = (affine: Affine): Vec3 => [
  Math.hypot(...column(affine, 0)),
  Math.hypot(...column(affine, 1)),
  Math.hypot(...column(affine, 2))
]
