import { add, mul, type Tensor4D } from "@tensorflow/tfjs-core"
import type { BottleneckParams } from "./bottleneck.ts"
import { channelAttention, channelAttentionSpec } from "./channelAttention.ts"
import { type ConvNormParams, convNormRelu, convNormSpec } from "./convNorm.ts"
import type { Mode } from "./mode.ts"
import { pixelAttention, pixelAttentionSpec } from "./pixelAttention.ts"

export interface AfmConfig {
  /** Channels of the deep map. */
  readonly high: number
  /** Channels of the shallow map, and of the result. */
  readonly low: number
  /** Without it the maps are only summed and convolved: the paper's ablation. Default true. */
  readonly attention?: boolean
}

export interface AfmParams {
  readonly reduce: ConvNormParams
  readonly fuse: ConvNormParams
  readonly attention?: { readonly channel: BottleneckParams; readonly pixel: BottleneckParams }
}

export const afmSpec = ({ high, low, attention = true }: AfmConfig) => ({
  reduce: convNormSpec({ in: high, out: low, kernel: 1 }),
  fuse: convNormSpec({ in: low, out: low, kernel: 3 }),
  ...(attention && { attention: { channel: channelAttentionSpec(low), pixel: pixelAttentionSpec(low) } })
})

/**
 * Asymmetric fusion module (paper, Eq. 5): X = [g_ca(D) * relu(B(W_3(L + D)))] * g_pa(L), where L is the shallow map and
 * D = relu(B(W_1(high))) the deep one with as many channels. The deep map says which channels matter, the shallow one where.
 *
 * Source: paper, Eq. 3 to 5; AGPCNet `models/fusion.py`.
 *
 * @param high [batch, height, width, high]: the deep map, already at the size of the shallow one
 * @param low [batch, height, width, low]
 * @returns the shape of `low`
 *
 * @example
 * ```ts
 * const params = initialize(key(1), afmSpec({ high: 16, low: 8 }))
 * afm(params, ones([1, 12, 12, 16]), ones([1, 12, 12, 8]), inference).shape // => [1, 12, 12, 8]
 * ```
 */
export const afm = (p: AfmParams, high: Tensor4D, low: Tensor4D, mode: Mode): Tensor4D => {
  const deep = convNormRelu(p.reduce, high, mode)
  const fused = convNormRelu(p.fuse, add(low, deep), mode)
  if (p.attention === undefined) return fused
  return mul(
    mul(fused, channelAttention(p.attention.channel, deep, mode)),
    pixelAttention(p.attention.pixel, low, mode)
  )
}
