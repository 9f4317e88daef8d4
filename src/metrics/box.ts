import type { Vec3 } from "../volume/volume.ts"
import type { Prediction } from "./mask.ts"

/** A block of voxels: its first corner and how many voxels it spans. A 2-D mask is one voxel deep. */
export interface Box {
  readonly lower: Vec3
  readonly shape: Vec3
}

/** Shape, or spacing, with a third axis of 1 where a mask has two. */
export const vec3 = (of: readonly [number, number] | Vec3): Vec3 => [of[0], of[1], of[2] ?? 1]

/** Bytes four at a time. A view that does not start on a word is copied. */
export const wordsOf = (bytes: Uint8Array): Uint32Array => {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >>> 2)
}

/** The smallest box that holds everything inside a mask, or nothing if it is empty. */
export const boundingBox = ({ voxels, shape }: Prediction): Box | undefined => {
  const [nx, ny, nz] = vec3(shape)
  const words = wordsOf(voxels)
  let [x0, x1, y0, y1, z0, z1] = [nx, -1, ny, -1, nz, -1]
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const row = nx * (y + ny * z)
      const first = firstInside(voxels, words, row, row + nx)
      if (first < 0) continue
      if (first - row < x0) x0 = first - row
      // Only what lies beyond the known end can move it.
      for (let x = nx - 1; x > x1; x--) {
        if (voxels[row + x] !== 0) x1 = x
      }
      if (y < y0) y0 = y
      if (y > y1) y1 = y
      if (z < z0) z0 = z
      z1 = z
    }
  }
  return x1 < 0 ? undefined : { lower: [x0, y0, z0], shape: [x1 - x0 + 1, y1 - y0 + 1, z1 - z0 + 1] }
}

const firstInside = (voxels: Uint8Array, words: Uint32Array, from: number, to: number): number => {
  let i = from
  while (i < to && (i & 3) !== 0) {
    if (voxels[i] !== 0) return i
    i++
  }
  const lastWord = to >>> 2
  let word = i >>> 2
  while (word < lastWord && words[word] === 0) word++
  for (i = Math.max(i, word << 2); i < to; i++) {
    if (voxels[i] !== 0) return i
  }
  return -1
}

/** The smallest box that holds both. */
export const unionBox = (a: Box | undefined, b: Box | undefined): Box | undefined => {
  if (a === undefined) return b
  if (b === undefined) return a
  const lower = a.lower.map((low, axis) => Math.min(low, b.lower[axis]))
  const shape = lower.map((low, axis) =>
    Math.max(a.lower[axis] + a.shape[axis] - low, b.lower[axis] + b.shape[axis] - low)
  )
  return { lower: [lower[0], lower[1], lower[2]], shape: [shape[0], shape[1], shape[2]] }
}
