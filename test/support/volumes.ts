import fc from "fast-check"
import { type Affine, makeGrid, makeImage, makeLabels, type Vec3 } from "../../src/volume/index.ts"

/** Shapes of a few voxels, thin ones among them. */
export const shapes: fc.Arbitrary<Vec3> = fc.tuple(
  fc.integer({ min: 1, max: 6 }),
  fc.integer({ min: 1, max: 6 }),
  fc.integer({ min: 1, max: 6 })
)

const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true })
const length = fc.double({ min: 0.25, max: 8, noNaN: true })
const position = fc.double({ min: -500, max: 500, noNaN: true })

/** Any rotation, spacing and handedness, and a gentle shear: what a scanner with a tilted gantry may produce. */
export const affines: fc.Arbitrary<Affine> = fc
  .record({
    angles: fc.tuple(angle, angle, angle),
    lengths: fc.tuple(length, length, length),
    shear: fc.double({ min: -0.2, max: 0.2, noNaN: true }),
    mirrored: fc.boolean(),
    origin: fc.tuple(position, position, position)
  })
  .map(({ angles: [a, b, c], lengths: [dx, dy, dz], shear, mirrored, origin: [x, y, z] }) => {
    const [ca, sa, cb, sb, cc, sc] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b), Math.cos(c), Math.sin(c)]
    const rotation = [
      [ca * cb, ca * sb * sc - sa * cc, ca * sb * cc + sa * sc],
      [sa * cb, sa * sb * sc + ca * cc, sa * sb * cc - ca * sc],
      [-sb, cb * sc, cb * cc]
    ]
    const row = (r: number, shift: number) => {
      const [u, v, w] = rotation[r]
      // + 0 because -0 is not what it equals.
      return [u * dx + 0, (v + shear * u) * dy + 0, w * (mirrored ? -dz : dz) + 0, shift + 0] as const
    }
    return [row(0, x), row(1, y), row(2, z), [0, 0, 0, 1]]
  })

/** An affine as NIfTI-1 keeps it. */
export const toFloat32 = (affine: Affine): Affine => {
  const row = (r: 0 | 1 | 2) => {
    const [a, b, c, d] = affine[r].map((x) => Math.fround(x) + 0)
    return [a, b, c, d] as const
  }
  return [row(0), row(1), row(2), [0, 0, 0, 1]]
}

/** Images of every voxel type and label volumes, on any grid. */
export const volumes = fc.record({ shape: shapes, affine: affines }).chain(({ shape, affine }) => {
  const count = shape[0] * shape[1] * shape[2]
  const size = { minLength: count, maxLength: count }
  const grid = makeGrid(shape, affine)
  return fc.oneof(
    fc.int16Array(size).map((voxels) => makeImage(grid, voxels)),
    fc.uint8Array(size).map((voxels) => makeImage(grid, voxels)),
    fc.float32Array(size).map((voxels) => makeImage(grid, voxels)),
    fc.uint8Array(size).map((voxels) => makeLabels(grid, voxels))
  )
})
