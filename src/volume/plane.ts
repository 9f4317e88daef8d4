import { ShapeError } from "./volume.ts"

/** Rows and columns of a plane; pixel (r, c) is at r * width + c. */
export type PlaneSize = readonly [height: number, width: number]

/** Throws `ShapeError` if a plane does not have as many pixels as its size says. */
export const checkPlane = (what: string, pixels: ArrayLike<number>, size: PlaneSize): void => {
  if (pixels.length !== size[0] * size[1]) throw new ShapeError({ what, expected: size, found: [pixels.length] })
}
