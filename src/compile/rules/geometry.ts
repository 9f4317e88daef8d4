import { backend_util } from "@tensorflow/tfjs-core"
import { CompileError } from "../compileError.ts"
import type { Attributes } from "../graph.ts"
import type { Geometry, Shape4 } from "./padding.ts"

/** What a convolution's kernels are told, in every direction. */
export const GEOMETRY = ["strides", "pad", "dataFormat", "dilations", "dimRoundingMode"]

/**
 * Sizes, strides and pads of a convolution.
 *
 * @throws CompileError for a layout that the lowerings do not do
 */
export const geometryOf = (
  x: ReadonlyArray<number>,
  filter: ReadonlyArray<number>,
  attributes: Attributes,
  depthwise = false
): Geometry => {
  const { strides, pad, dataFormat = "NHWC", dilations = 1, dimRoundingMode } = attributes
  if (dataFormat !== "NHWC") {
    throw new CompileError({ op: "a convolution", reason: `its layout is ${dataFormat}`, remedy: "use NHWC" })
  }
  return backend_util.computeConv2DInfo(
    x as Shape4,
    filter as Shape4,
    strides as [number, number],
    dilations as [number, number],
    pad as number,
    dimRoundingMode as "floor",
    depthwise
  )
}

export const stridesOf = ({ strideHeight, strideWidth }: Geometry) => [strideHeight, strideWidth]

export const dilationsOf = ({ dilationHeight, dilationWidth }: Geometry) => [dilationHeight, dilationWidth]

export const isDilated = (info: Geometry) => info.dilationHeight > 1 || info.dilationWidth > 1

export const isStrided = (info: Geometry) => info.strideHeight > 1 || info.strideWidth > 1

/** What is thrown for the gradient of a dilated convolution, which is not lowered. */
export const dilated = (op: string) =>
  new CompileError({
    op,
    reason: "its filter is dilated",
    remedy: "use hepaflow's dilatedConv2d, which has a gradient"
  })
