import { areaAverage } from "../volume/areaAverage.ts"
import { linearPixels } from "../volume/linearPixels.ts"
import type { PlaneSize } from "../volume/plane.ts"

/**
 * Makes the function that brings images of one size to another as each axis asks for: means of areas where it shrinks,
 * linear interpolation where it grows, nothing where it stays.
 */
export const resizePixels = (from: PlaneSize, to: PlaneSize): ((pixels: Float32Array) => Float32Array) => {
  const between = [Math.min(from[0], to[0]), Math.min(from[1], to[1])] as const
  const shrink = isSame(from, between) ? undefined : areaAverage(from, between)
  const grow = isSame(between, to) ? undefined : linearPixels(between, to)
  return (pixels) => {
    const shrunk = shrink ? shrink(pixels) : pixels
    return grow ? grow(shrunk) : shrunk
  }
}

const isSame = (a: PlaneSize, b: PlaneSize): boolean => a[0] === b[0] && a[1] === b[1]
