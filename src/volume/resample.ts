import { compose, invert } from "./affine.ts"
import { makeImage, makeLabels, voxelCount } from "./create.ts"
import type { Affine, Grid, ImageVolume, LabelVolume, Vec3, Vec4 } from "./volume.ts"

export interface ResampleOptions {
  readonly interpolation: "trilinear" | "nearest"
  /** The value of places that no voxel covers. Default: that of the nearest voxel. */
  readonly outside?: number
}

/**
 * Measures an image at the places of another grid. Trilinear gives float32; nearest keeps the type of the voxels.
 *
 * A voxel covers half a step to each side of its centre. Labels are refused by the type: their numbers name classes, and
 * there is nothing between them (`resampleLabels`).
 *
 * @example
 * ```ts
 * const isotropic = resample(ct, makeGrid([200, 200, 300], scaling([1, 1, 1], [-100, -100, 0])), { interpolation: "trilinear" })
 * ```
 */
export const resample = (image: ImageVolume, grid: Grid, { interpolation, outside }: ResampleOptions): ImageVolume =>
  makeImage(
    grid,
    interpolation === "nearest"
      ? nearest(image.voxels, image, grid, outside)
      : trilinear(image.voxels, image, grid, outside)
  )

/** The labels at the places of another grid: those of the nearest voxels, 0 (background) where there is none. */
export const resampleLabels = (labels: LabelVolume, grid: Grid): LabelVolume =>
  makeLabels(grid, nearest(labels.voxels, labels, grid, 0))

/** Whole numbers lose their last bits on the way through the world and back; this far from one is still one. */
const WHOLE = 1e-9

/** From indices of `to` to indices of `from`. Exactly whole where it should be, so that a grid resamples onto itself. */
const indicesOf = (from: Grid, to: Grid): Affine => {
  const snap = (x: number) => (Math.abs(x - Math.round(x)) < WHOLE ? Math.round(x) : x)
  const row = ([a, b, c, d]: Vec4): Vec4 => [snap(a), snap(b), snap(c), snap(d)]
  const [x, y, z, w] = compose(invert(from.affine), to.affine)
  return [row(x), row(y), row(z), w]
}

const clamp = (x: number, most: number) => (x < 0 ? 0 : x > most ? most : x)

const isOutside = (x: number, y: number, z: number, [nx, ny, nz]: Vec3) =>
  x < -0.5 || y < -0.5 || z < -0.5 || x >= nx - 0.5 || y >= ny - 0.5 || z >= nz - 0.5

/** Calls `at` for each voxel of `to`, in memory order, with its position in indices of `from`. */
const visit = (from: Grid, to: Grid, at: (out: number, x: number, y: number, z: number) => void): void => {
  const [[xx, xy, xz, x0], [yx, yy, yz, y0], [zx, zy, zz, z0]] = indicesOf(from, to)
  const [nx, ny, nz] = to.shape
  for (let k = 0, o = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const x = x0 + xy * j + xz * k
      const y = y0 + yy * j + yz * k
      const z = z0 + zy * j + zz * k
      for (let i = 0; i < nx; i++) at(o++, x + xx * i, y + yx * i, z + zx * i)
    }
  }
}

const nearest = <Voxels extends ImageVolume["voxels"]>(
  voxels: Voxels,
  from: Grid,
  to: Grid,
  outside: number | undefined
): Voxels => {
  const out = new (voxels.constructor as new (length: number) => Voxels)(voxelCount(to))
  const [nx, ny, nz] = from.shape
  visit(from, to, (o, x, y, z) => {
    if (outside !== undefined && isOutside(x, y, z, from.shape)) out[o] = outside
    else {
      const i = clamp(Math.floor(x + 0.5), nx - 1)
      const j = clamp(Math.floor(y + 0.5), ny - 1)
      const k = clamp(Math.floor(z + 0.5), nz - 1)
      out[o] = voxels[i + nx * (j + ny * k)]
    }
  })
  return out
}

const trilinear = (v: ImageVolume["voxels"], from: Grid, to: Grid, outside: number | undefined): Float32Array => {
  const out = new Float32Array(voxelCount(to))
  const [nx, ny, nz] = from.shape
  const [dx, dy, dz] = [nx > 1 ? 1 : 0, ny > 1 ? nx : 0, nz > 1 ? nx * ny : 0]
  visit(from, to, (o, px, py, pz) => {
    if (outside !== undefined && isOutside(px, py, pz, from.shape)) {
      out[o] = outside
      return
    }
    const x = clamp(px, nx - 1)
    const y = clamp(py, ny - 1)
    const z = clamp(pz, nz - 1)
    // The last voxel is the far end of its cell, so that all eight corners exist.
    const i = Math.max(0, Math.min(Math.floor(x), nx - 2))
    const j = Math.max(0, Math.min(Math.floor(y), ny - 2))
    const k = Math.max(0, Math.min(Math.floor(z), nz - 2))
    const [u, w, t] = [x - i, y - j, z - k]
    const c = i + nx * (j + ny * k)
    const front = mix(mix(v[c], v[c + dx], u), mix(v[c + dy], v[c + dx + dy], u), w)
    const back = mix(mix(v[c + dz], v[c + dx + dz], u), mix(v[c + dy + dz], v[c + dx + dy + dz], u), w)
    out[o] = mix(front, back, t)
  })
  return out
}

/** Exact at both ends, also beside infinities. */
const mix = (a: number, b: number, t: number) => (t === 0 ? a : t === 1 ? b : a * (1 - t) + b * t)
