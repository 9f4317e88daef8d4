import { add, relu, type Tensor4D } from "@tensorflow/tfjs-core"
import { batchNorm } from "./batchNorm.ts"
import { conv2d } from "./conv2d.ts"
import { type ConvNormParams, convNorm, convNormNoBiasSpec } from "./convNorm.ts"
import type { Mode } from "./mode.ts"

export interface BasicBlockConfig {
  readonly in: number
  readonly out: number
  /** Of the first convolution. Default 1. */
  readonly stride?: number
}

export interface BasicBlockParams {
  readonly first: ConvNormParams
  readonly second: ConvNormParams
  /** Only where the shortcut changes size or channels. */
  readonly shortcut?: ConvNormParams
}

export const basicBlockSpec = ({ in: channels, out, stride = 1 }: BasicBlockConfig) => ({
  first: convNormNoBiasSpec({ in: channels, out, kernel: 3 }),
  second: convNormNoBiasSpec({ in: out, out, kernel: 3 }),
  ...((stride !== 1 || channels !== out) && { shortcut: convNormNoBiasSpec({ in: channels, out, kernel: 1 }) })
})

/**
 * The basic block of ResNet-18 and -34: relu(B(W_3(relu(B(W_3(x))))) + shortcut(x)), the shortcut being x itself or a 1x1
 * convolution with batch norm where size or channels change.
 *
 * Source: He et al., Deep Residual Learning (CVPR 2016).
 *
 * @param x [batch, height, width, in]
 * @param options `stride` as in the block's config
 * @returns [batch, ceil(height / stride), ceil(width / stride), out]
 *
 * @example
 * ```ts
 * const params = initialize(key(1), basicBlockSpec({ in: 8, out: 16, stride: 2 }))
 * basicBlock(params, ones([1, 11, 14, 8]), inference, { stride: 2 }).shape // => [1, 6, 7, 16]
 * ```
 */
export const basicBlock = (
  p: BasicBlockParams,
  x: Tensor4D,
  mode: Mode,
  options: { readonly stride?: number } = {}
): Tensor4D => {
  const { stride = 1 } = options
  const inner = relu(batchNorm(p.first.norm, conv2d(p.first.conv, x, { stride }), mode))
  const shortcut =
    p.shortcut === undefined ? x : batchNorm(p.shortcut.norm, conv2d(p.shortcut.conv, x, { stride }), mode)
  return relu(add(convNorm(p.second, inner, mode), shortcut))
}
