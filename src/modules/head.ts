import type { Tensor4D } from "@tensorflow/tfjs-core"
import { quarter } from "./bottleneck.ts"
import { type Conv2dParams, conv2d, conv2dSpec } from "./conv2d.ts"
import { type ConvNormParams, convNormRelu, convNormSpec } from "./convNorm.ts"
import { dropout } from "./dropout.ts"
import type { Mode } from "./mode.ts"

export interface HeadConfig {
  readonly in: number
  readonly classes: number
}

export interface HeadParams {
  readonly inner: ConvNormParams
  readonly outer: Conv2dParams
}

export const headSpec = ({ in: channels, classes }: HeadConfig) => ({
  inner: convNormSpec({ in: channels, out: quarter(channels), kernel: 3 }),
  outer: conv2dSpec({ in: quarter(channels), out: classes, kernel: 1 })
})

/**
 * Segmentation head: W_1(dropout(relu(B(W_3(x))))), C -> C / 4 -> classes, as in fully convolutional networks. The auxiliary
 * head of the paper's Eq. 7 is another one on an earlier map.
 *
 * @param x [batch, height, width, in]
 * @param options `dropout` is the rate; `purpose` tells the heads of one network apart
 * @returns logits: [batch, height, width, classes]
 *
 * @example
 * ```ts
 * const params = initialize(key(1), headSpec({ in: 32, classes: 1 }))
 * head(params, ones([1, 12, 12, 32]), inference, { dropout: 0.1, purpose: "head" }).shape // => [1, 12, 12, 1]
 * ```
 */
export const head = (
  p: HeadParams,
  x: Tensor4D,
  mode: Mode,
  options: { readonly dropout: number; readonly purpose: string }
): Tensor4D => {
  const inner = convNormRelu(p.inner, x, mode)
  return conv2d(p.outer, dropout(inner, mode, { rate: options.dropout, purpose: options.purpose }))
}
