import type { Tensor4D } from "@tensorflow/tfjs-core"
import { type ConvNormParams, convNormRelu, convNormSpec } from "./convNorm.ts"
import type { Mode } from "./mode.ts"
import { nearestUpsample } from "./nearestUpsample.ts"

export const upConvSpec = (config: { readonly in: number; readonly out: number }) =>
  convNormSpec({ ...config, kernel: 3 })

/**
 * Doubles the resolution by repeating pixels, then a 3x3 convolution, batch norm and ReLU.
 *
 * @param x [batch, height, width, in]
 * @returns [batch, 2 height, 2 width, out]
 */
export const upConv = (p: ConvNormParams, x: Tensor4D, mode: Mode): Tensor4D =>
  convNormRelu(p, nearestUpsample(x), mode)
