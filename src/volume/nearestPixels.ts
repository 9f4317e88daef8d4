import { checkPlane, type PlaneSize } from "./plane.ts"

/** Resizes planes of labels. Writes to `out` if it is given, else to a new array. */
export type NearestPixels = (labels: Uint8Array, out?: Uint8Array) => Uint8Array

/**
 * Makes the function that resizes planes of labels: each new pixel takes the label at its centre. For any ratio, smaller
 * or larger; made once, used on many planes.
 *
 * The function throws `ShapeError` if a plane does not have the size it was made for.
 */
export const nearestPixels = (from: PlaneSize, to: PlaneSize): NearestPixels => {
  const rows = centers(from[0], to[0])
  const columns = centers(from[1], to[1])
  return (labels, out = new Uint8Array(to[0] * to[1])) => {
    checkPlane("a plane of labels to be resized", labels, from)
    checkPlane("a resized plane of labels", out, to)
    for (let r = 0, o = 0; r < rows.length; r++) {
      const row = rows[r] * from[1]
      for (let c = 0; c < columns.length; c++) out[o++] = labels[row + columns[c]]
    }
    return out
  }
}

const centers = (from: number, to: number): Int32Array =>
  Int32Array.from({ length: to }, (_, i) => Math.floor(((2 * i + 1) * from) / (2 * to)))
