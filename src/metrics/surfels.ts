import type { Vec3 } from "../volume/volume.ts"
import { type BitRows, indicesOf } from "./bitRows.ts"

/**
 * A marching-cubes case: which corners of a cube are inside (bit 128 >> (4 x + 2 y + z) for corner (x, y, z)), and its
 * triangles, each by the lengths of its normal along x, y and z in eighths of a voxel face.
 */
type Case = readonly [code: number, ...triangles: ReadonlyArray<Vec3>]

/**
 * Every mixed neighbourhood of eight voxels is one of these thirteen, turned, mirrored or exchanged inside for outside.
 * Vertices are midpoints of the cube's edges; where a polygon is not flat its area depends on how it is cut into
 * triangles, and these are the cuts of google-deepmind/surface-distance.
 */
const CASES: ReadonlyArray<Case> = [
  [0b00000001, [1, 1, 1]],
  [0b00000011, [2, 2, 0], [2, 2, 0]],
  [0b00000110, [1, 1, 1], [1, 1, 1]],
  [0b00000111, [1, 1, 1], [2, 2, 2], [4, 0, 0]],
  [0b00001111, [4, 0, 0], [4, 0, 0]],
  [0b00010110, [1, 1, 1], [1, 1, 1], [1, 1, 1]],
  [0b00010111, [1, 1, 1], [1, 1, 1], [2, 2, 2], [2, 2, 2]],
  [0b00011000, [1, 1, 1], [1, 1, 1]],
  [0b00011001, [0, 2, 2], [0, 2, 2], [1, 1, 1]],
  [0b00011011, [0, 2, 2], [1, 1, 1], [2, 0, 2], [3, 3, 3]],
  [0b00011110, [1, 1, 1], [1, 1, 1], [2, 2, 2], [4, 0, 0]],
  [0b00111100, [2, 2, 0], [2, 2, 0], [2, 2, 0], [2, 2, 0]],
  [0b01101001, [1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1]]
]

const AXIS_ORDERS: ReadonlyArray<Vec3> = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0]
]

/**
 * The area (mm^2) of the surface within each of the 256 neighbourhoods of 2 x 2 x 2 voxels. The normal of a triangle
 * grows with the other two spacings: n = (n_x s_y s_z, n_y s_x s_z, n_z s_x s_y).
 */
export const surfaceAreas = (spacing: Vec3): Float64Array => {
  const [sx, sy, sz] = spacing
  const faces = [(sy * sz) / 8, (sx * sz) / 8, (sx * sy) / 8]
  const areas = new Float64Array(256)
  for (const [code, ...triangles] of CASES) {
    for (const order of AXIS_ORDERS) {
      let area = 0
      for (const normal of triangles) {
        area += Math.hypot(...faces.map((face, axis) => face * normal[order[axis]]))
      }
      for (let mirrored = 0; mirrored < 8; mirrored++) {
        const turned = turn(code, order, mirrored)
        areas[turned] = area
        areas[255 - turned] = area
      }
    }
  }
  return areas
}

/** The code of a cube whose axis a was axis order[a], mirrored along the axes whose bits (4 x + 2 y + z) are set. */
const turn = (code: number, order: Vec3, mirrored: number): number => {
  let turned = 0
  for (let corner = 0; corner < 8; corner++) {
    const bit = (axis: number) => (corner >> (2 - axis)) & 1
    const from = bit(order[0]) * 4 + bit(order[1]) * 2 + bit(order[2])
    if ((code & (128 >> corner)) !== 0) turned |= 128 >> (from ^ mirrored)
  }
  return turned
}

/**
 * The length (mm) of the contour within each of the 16 neighbourhoods of 2 x 2 pixels (bit 8 >> (2 x + y) for pixel
 * (x, y)). With d half the diagonal: d where one or three are inside, 2 d for a diagonal pair, s_x or s_y for a side.
 */
export const contourLengths = ([sx, sy]: readonly [number, number]): Float64Array => {
  const d = Math.hypot(sx, sy) / 2
  return Float64Array.of(0, d, d, sy, d, sx, 2 * d, d, d, 2 * d, sx, d, sy, d, d, 0)
}

/** Surface elements on a lattice: ascending indices, and what each weighs (mm^2 in 3-D, mm in 2-D). */
export interface Surfels {
  /** The corners of the box's voxels: one more along each axis than it has voxels. */
  readonly shape: Vec3
  readonly points: Int32Array
  readonly weights: Float64Array
}

/**
 * The corners around which voxels of both kinds meet, each with the area of the surface between them
 * (google-deepmind/surface-distance). Outside the box is background.
 */
export const surfels = (rows: BitRows, spacing: Vec3, dimensions: number): Surfels => {
  const { words, rowWords, planeWords } = rows
  const flat = dimensions === 2
  const [nx, ny, nz] = [rows.shape[0] + 1, rows.shape[1] + 1, flat ? 1 : rows.shape[2] + 1]
  // A row of corners lies between four rows of voxels, or two in a plane. Its first voxels are in the row that precedes it.
  const between = flat ? [planeWords, planeWords + rowWords] : [0, planeWords, rowWords, planeWords + rowWords]
  const mixed = new Int32Array(words.length)
  for (let z = 0; z < nz; z++) {
    const start = z * planeWords
    for (let i = start; i < start + ny * rowWords; i++) {
      let [any, anyNext, all, allNext] = [0, 0, -1, -1]
      for (const offset of between) {
        const word = words[i + offset]
        const next = words[i + offset + 1]
        any |= word
        all &= word
        anyNext |= next
        allNext &= next
      }
      if ((any | anyNext) === 0) continue
      mixed[i] = (any | (any >>> 1) | (anyNext << 31)) & ~(all & ((all >>> 1) | (allNext << 31)))
    }
  }
  const shape: Vec3 = [nx, ny, nz]
  const points = indicesOf(mixed, rows, shape, 0)
  const sizes = flat ? contourLengths([spacing[0], spacing[1]]) : surfaceAreas(spacing)
  const half = between.length
  const weights = Float64Array.from(points, (point) => {
    const x = point % nx
    const row = (point - x) / nx
    const y = row % ny
    const base = y * rowWords + ((row - y) / ny) * planeWords
    let code = 0
    for (let side = 0; side < 2; side++) {
      const bit = x + side
      for (let k = 0; k < half; k++) {
        const inside = (words[base + between[k] + (bit >>> 5)] >>> (bit & 31)) & 1
        code = (code << 1) | inside
      }
    }
    return sizes[code]
  })
  return { shape, points, weights }
}
