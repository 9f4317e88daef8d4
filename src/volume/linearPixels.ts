import { checkPlane, type PlaneSize } from "./plane.ts"

/** Resizes planes of one size to another. Writes to `out` if it is given, else to a new array. */
export type LinearPixels = (pixels: ArrayLike<number>, out?: Float32Array) => Float32Array

/**
 * Makes the function that resizes planes by bilinear interpolation between pixel centres; what lies beyond the outermost
 * centres is theirs. For enlarging: shrinking this way would alias, which `areaAverage` does not. Made once, used on many
 * planes.
 *
 * The function throws `ShapeError` if a plane does not have the size it was made for.
 *
 * @example
 * ```ts
 * linearPixels([1, 2], [1, 4])(Float32Array.of(0, 1)) // => [0, 0.25, 0.75, 1]
 * ```
 */
export const linearPixels = (from: PlaneSize, to: PlaneSize): LinearPixels => {
  const rows = neighbours(from[0], to[0])
  const columns = neighbours(from[1], to[1])
  const [height, width] = to
  return (pixels, out = new Float32Array(height * width)) => {
    checkPlane("a plane to be resized", pixels, from)
    checkPlane("a resized plane", out, to)
    for (let r = 0, o = 0; r < height; r++) {
      const upper = rows.first[r] * from[1]
      const lower = rows.second[r] * from[1]
      const v = rows.weight[r]
      for (let c = 0; c < width; c++) {
        const left = columns.first[c]
        const right = columns.second[c]
        const u = columns.weight[c]
        const above = pixels[upper + left] * (1 - u) + pixels[upper + right] * u
        const below = pixels[lower + left] * (1 - u) + pixels[lower + right] * u
        out[o++] = above * (1 - v) + below * v
      }
    }
    return out
  }
}

/** Along one axis, the two old pixels around each new one, and the weight of the second. */
interface Neighbours {
  readonly first: Int32Array
  readonly second: Int32Array
  readonly weight: Float64Array
}

const neighbours = (from: number, to: number): Neighbours => {
  const place = Float64Array.from({ length: to }, (_, i) =>
    Math.min(Math.max(((2 * i + 1) * from) / (2 * to) - 0.5, 0), from - 1)
  )
  const first = Int32Array.from(place, Math.floor)
  return {
    first,
    second: first.map((at) => Math.min(at + 1, from - 1)),
    weight: place.map((at, i) => at - first[i])
  }
}
