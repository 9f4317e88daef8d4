import { type BitRows, indicesOf } from "./bitRows.ts"
import { type Neighbourhood, reachOf } from "./neighbourhood.ts"

/**
 * The border of a mask: the voxels inside it with a neighbour outside, which is the mask less its erosion. Indices into the
 * box, ascending.
 *
 * MedPy and MONAI take the 4- or 6-neighbourhood by default, the LiTS scorer 18.
 */
export const border = (rows: BitRows, neighbourhood: Neighbourhood, dimensions: number): Int32Array => {
  const { words, rowWords, planeWords, shape } = rows
  const reach = reachOf(neighbourhood, dimensions)
  // Inside, with both neighbours along the row inside. Margins keep what crosses from row to row out of the box.
  const along = words.map((word, i) => {
    const previous = (word << 1) | (words[i - 1] >>> 31)
    const next = (word >>> 1) | (words[i + 1] << 31)
    return word & previous & next
  })
  const beside = reach.beside === 1 ? along : words
  const across = reach.across === 1 ? along : words
  const edge = new Int32Array(words.length)
  for (let z = 0; z < shape[2]; z++) {
    const start = rowWords + (z + 1) * planeWords
    for (let i = start; i < start + shape[1] * rowWords; i++) {
      if (words[i] === 0) continue
      let inner = along[i] & beside[i - rowWords] & beside[i + rowWords]
      if (dimensions === 3) inner &= beside[i - planeWords] & beside[i + planeWords]
      if (reach.across !== undefined) {
        inner &= across[i - planeWords - rowWords] & across[i - planeWords + rowWords]
        inner &= across[i + planeWords - rowWords] & across[i + planeWords + rowWords]
      }
      edge[i] = words[i] & ~inner
    }
  }
  return indicesOf(edge, rows, shape, 1)
}
