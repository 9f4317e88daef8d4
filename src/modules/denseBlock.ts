import { concat, type Tensor4D } from "@tensorflow/tfjs-core"
import { type ConvNormParams, convNormRelu, convNormSpec } from "./convNorm.ts"
import type { Mode } from "./mode.ts"

const UNITS = 4

/** Parameters of a dense block that grows from `in` to `in + growth` channels; `growth` is a multiple of 4. */
export const denseBlockSpec = ({ in: fanIn, growth }: { readonly in: number; readonly growth: number }) =>
  Array.from({ length: UNITS }, (_, i) => ({
    squeeze: convNormSpec({ in: fanIn + (i * growth) / UNITS, out: growth, kernel: 1 }),
    grow: convNormSpec({ in: growth, out: growth / UNITS, kernel: 3 })
  }))

export type DenseBlockParams = ReadonlyArray<{ readonly squeeze: ConvNormParams; readonly grow: ConvNormParams }>

/**
 * Dense block: four times, everything so far goes through a 1x1 and a 3x3 convolution (each with batch norm and ReLU), whose
 * result is appended to it.
 *
 * Source: Huang et al., Densely connected convolutional networks (CVPR 2017), in the post-activation form of
 * clguo/Dense_Unet_Keras.
 *
 * @param x [batch, height, width, in]
 * @returns [batch, height, width, in + growth]
 */
export const denseBlock = (p: DenseBlockParams, x: Tensor4D, mode: Mode): Tensor4D =>
  p.reduce((all, { squeeze, grow }) => {
    const grown = convNormRelu(grow, convNormRelu(squeeze, all, mode), mode)
    return concat([all, grown], 3)
  }, x)
