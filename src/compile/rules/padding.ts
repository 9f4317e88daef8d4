import type { backend_util } from "@tensorflow/tfjs-core"
import { CompileError } from "../compileError.ts"
import type { TensorType } from "../graph.ts"

/** [batch, height, width, channels], or a filter's [height, width, in, out], as tfjs's own functions take them. */
export type Shape4 = [number, number, number, number]

/** Sizes, strides and pads of what goes over a map. */
export type Geometry = ReturnType<typeof backend_util.computeConv2DInfo>

/**
 * What is put round a map, top, left, bottom, right. On the far sides that is as much as there has to be for the result's
 * size, which tfjs may have rounded up.
 *
 * @throws CompileError where the result is smaller than what fits
 */
export const padsOf = (info: Geometry): ReadonlyArray<number> => {
  const { top, left, bottom, right } = info.padInfo
  return [
    top,
    left,
    far(info.inHeight, info.outHeight, info.strideHeight, info.effectiveFilterHeight, top, bottom),
    far(info.inWidth, info.outWidth, info.strideWidth, info.effectiveFilterWidth, left, right)
  ]
}

const far = (n: number, results: number, stride: number, filter: number, before: number, after: number): number => {
  const fits = Math.floor((n + before + after - filter) / stride) + 1 === results
  const needed = (results - 1) * stride + filter - n - before
  if (fits || needed >= 0) return fits ? after : needed
  throw new CompileError({ op: "a window", reason: "its padding leaves positions out", remedy: "pad each side" })
}

/** The geometry of a gradient. tfjs does not tell it how sizes were rounded; the error that comes back has the size. */
export const backwards = (info: Geometry, { shape: [, outHeight, outWidth] }: TensorType): Geometry => ({
  ...info,
  outHeight,
  outWidth
})
