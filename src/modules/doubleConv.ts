import type { Tensor4D } from "@tensorflow/tfjs-core"
import { type ConvNormParams, convNormNoBiasSpec, convNormRelu, convNormSpec } from "./convNorm.ts"
import type { Mode } from "./mode.ts"

export interface DoubleConvConfig {
  readonly in: number
  readonly out: number
  /** Channels between the two convolutions; `out` by default. */
  readonly middle?: number
  /** Whether the convolutions have biases of their own beside those of the batch norms. */
  readonly bias: boolean
}

export const doubleConvSpec = ({ in: fanIn, out, middle = out, bias }: DoubleConvConfig) => {
  const layer = bias ? convNormSpec : convNormNoBiasSpec
  return [layer({ in: fanIn, out: middle, kernel: 3 }), layer({ in: middle, out, kernel: 3 })] as const
}

export type DoubleConvParams = readonly [ConvNormParams, ConvNormParams]

/**
 * Twice a 3x3 convolution, batch norm and ReLU: the block of U-Net.
 *
 * @param x [batch, height, width, in]
 * @returns [batch, height, width, out]
 */
export const doubleConv = ([first, second]: DoubleConvParams, x: Tensor4D, mode: Mode): Tensor4D =>
  convNormRelu(second, convNormRelu(first, x, mode), mode)
