import type { Emitter } from "../emitter.ts"
import type { Geometry } from "./padding.ts"

/** A map with zeros put around it, or with its border cut off where a pad is negative. */
export const shifted = (emit: Emitter, x: string, [top, left, bottom, right]: ReadonlyArray<number>): string =>
  [top, left, bottom, right].every((n) => n === 0)
    ? x
    : emit.op("Pad", [x, emit.ints([0, 0, top, left, 0, 0, bottom, right])])

/** What one tap of a filter sees at all positions, of a map with its padding. */
export const seenBy = (emit: Emitter, wide: string, row: number, column: number, info: Geometry): string => {
  const { outHeight, outWidth, strideHeight, strideWidth } = info
  return emit.op("Slice", [
    wide,
    emit.ints([row, column]),
    emit.ints([row + (outHeight - 1) * strideHeight + 1, column + (outWidth - 1) * strideWidth + 1]),
    emit.ints([2, 3]),
    emit.ints([strideHeight, strideWidth])
  ])
}
