import { checkPlane, type PlaneSize } from "./plane.ts"

/** Resizes planes of one size to another. Writes to `out` if it is given, else to a new array. */
export type AreaAverage = (pixels: Int16Array | Uint8Array | Float32Array, out?: Float32Array) => Float32Array

/**
 * Makes the function that resizes planes by area: each new pixel is the mean of what it covers, where a pixel covered in
 * part counts by that part. The mean of the plane stays what it was and nothing aliases. For any ratio; made once, used on
 * many planes.
 *
 * The function throws `ShapeError` if a plane does not have the size it was made for.
 *
 * @example
 * ```ts
 * const shrink = areaAverage([256, 256], [128, 128])
 * const small = shrink(pixels)
 * ```
 */
export const areaAverage = (from: PlaneSize, to: PlaneSize): AreaAverage => {
  const average = from[0] === 2 * to[0] && from[1] === 2 * to[1] ? halve(to) : weigh(from, to)
  return (pixels, out = new Float32Array(to[0] * to[1])) => {
    checkPlane("a plane to be resized", pixels, from)
    checkPlane("a resized plane", out, to)
    average(pixels, out)
    return out
  }
}

type Average = (pixels: Int16Array | Uint8Array | Float32Array, out: Float32Array) => void

/** 512 x 512 to 256 x 256, the common case: four pixels each, five times as fast as with weights. */
const halve =
  ([height, width]: PlaneSize): Average =>
  (pixels, out) => {
    const row = 2 * width
    for (let r = 0, o = 0; r < height; r++) {
      for (let x = 2 * r * row, end = x + row; x < end; x += 2) {
        out[o++] = (pixels[x] + pixels[x + 1] + (pixels[x + row] + pixels[x + row + 1])) / 4
      }
    }
  }

const weigh = (from: PlaneSize, to: PlaneSize): Average => {
  const rows = coverage(from[0], to[0])
  const columns = coverage(from[1], to[1])
  const sums = new Float64Array(from[1])
  const [height, width] = to
  return (pixels, out) => {
    for (let r = 0; r < height; r++) {
      sums.fill(0)
      for (let w = rows.start[r], at = rows.first[r] * sums.length; w < rows.start[r + 1]; w++, at += sums.length) {
        const weight = rows.weights[w]
        for (let x = 0; x < sums.length; x++) sums[x] += weight * pixels[at + x]
      }
      for (let c = 0; c < width; c++) {
        let sum = 0
        for (let w = columns.start[c], x = columns.first[c]; w < columns.start[c + 1]; w++, x++) {
          sum += columns.weights[w] * sums[x]
        }
        out[r * width + c] = sum
      }
    }
  }
}

/** Which pixels of a line each new pixel covers: from first[i] on, by weights[start[i]] to weights[start[i + 1] - 1], of sum 1. */
interface Coverage {
  readonly first: Int32Array
  readonly start: Int32Array
  readonly weights: Float64Array
}

/** In steps of 1 / (from * to) of the line an old pixel is `to` long and a new one `from`, so that all ends are whole. */
const coverage = (from: number, to: number): Coverage => {
  const first = new Int32Array(to)
  const start = new Int32Array(to + 1)
  const weights: Array<number> = []
  for (let i = 0; i < to; i++) {
    const [low, high] = [i * from, (i + 1) * from]
    first[i] = Math.floor(low / to)
    for (let p = first[i]; p * to < high; p++) {
      weights.push((Math.min(high, (p + 1) * to) - Math.max(low, p * to)) / from)
    }
    start[i + 1] = weights.length
  }
  return { first, start, weights: Float64Array.from(weights) }
}
