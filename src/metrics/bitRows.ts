import type { Box } from "./box.ts"
import { vec3 } from "./box.ts"
import type { Prediction } from "./mask.ts"

/** What lies beyond the image: background, so that a mask cut by it has a border there, or more of the same. */
export type Edges = "background" | "continued"

/**
 * A box of a mask, one bit a voxel, so that 32 voxels are compared at once. Each row (a line along x) starts on a word;
 * one voxel of margin surrounds the box on every side. Voxel x is bit x + 1 of its row; row (y, z) starts at word
 * (y + 1) rowWords + (z + 1) planeWords.
 */
export interface BitRows {
  readonly words: Int32Array
  readonly rowWords: number
  readonly planeWords: number
  readonly shape: Box["shape"]
}

/** Packs a box of a mask. The margin is background, and inside where it is off the image and `edges` continue. */
export const packBits = ({ voxels, shape }: Prediction, box: Box, edges: Edges): BitRows => {
  const [nx, ny] = vec3(shape)
  const [bx, by, bz] = box.shape
  const [x0, y0, z0] = box.lower
  const rowWords = (bx + 2 + 31) >>> 5
  const planeWords = rowWords * (by + 2)
  const words = new Int32Array(planeWords * (bz + 2))
  for (let z = 0; z < bz; z++) {
    for (let y = 0; y < by; y++) {
      let word = (y + 1) * rowWords + (z + 1) * planeWords
      let bit = 2
      let packed = 0
      const row = x0 + nx * (y0 + y + ny * (z0 + z))
      for (let i = row; i < row + bx; i++) {
        if (voxels[i] !== 0) packed |= bit
        bit <<= 1
        if (bit === 0) {
          words[word++] = packed
          packed = 0
          bit = 1
        }
      }
      if (bit !== 1) words[word] = packed
    }
  }
  const bits = { words, rowWords, planeWords, shape: box.shape }
  if (edges === "continued") fillOutside(bits, box, vec3(shape))
  return bits
}

const fillOutside = ({ words, rowWords, planeWords }: BitRows, { lower, shape }: Box, image: Box["shape"]): void => {
  const outside = (axis: number, at: number) => lower[axis] + at < 0 || lower[axis] + at >= image[axis]
  for (let z = -1; z <= shape[2]; z++) {
    for (let y = -1; y <= shape[1]; y++) {
      const row = (y + 1) * rowWords + (z + 1) * planeWords
      if (outside(1, y) || outside(2, z)) words.fill(-1, row, row + rowWords)
      if (outside(0, -1)) words[row] |= 1
      if (outside(0, shape[0])) words[row + ((shape[0] + 1) >>> 5)] |= 1 << ((shape[0] + 1) & 31)
    }
  }
}

/**
 * The indices, ascending, of what is set on a lattice of `shape` whose first point is bit `first` of row (0, 0). The rows
 * of `words` are laid out as those of `rows`.
 */
export const indicesOf = (words: Int32Array, rows: BitRows, shape: Box["shape"], first: 0 | 1): Int32Array => {
  const { rowWords, planeWords } = rows
  const [nx, ny, nz] = shape
  const visit = (found: (index: number) => void) => {
    for (let z = 0; z < nz; z++) {
      for (let y = 0; y < ny; y++) {
        const start = (y + first) * rowWords + (z + first) * planeWords
        const origin = nx * (y + ny * z) - first
        for (let k = 0; k < rowWords; k++) {
          let left = words[start + k]
          while (left !== 0) {
            const x = k * 32 + 31 - Math.clz32(left & -left)
            if (x >= first && x < nx + first) found(origin + x)
            left &= left - 1
          }
        }
      }
    }
  }
  let count = 0
  visit(() => count++)
  const indices = new Int32Array(count)
  count = 0
  visit((index) => {
    indices[count++] = index
  })
  return indices
}
