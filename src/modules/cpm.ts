import { concat, type Tensor4D } from "@tensorflow/tfjs-core"
import { type AgcbOptions, type AgcbParams, agcb, agcbSpec } from "./agcb.ts"
import { type ConvNormParams, convNormRelu, convNormSpec } from "./convNorm.ts"
import { divide } from "./errors.ts"
import type { GuideMode } from "./gnfm.ts"
import type { Mode } from "./mode.ts"

export interface CpmConfig {
  readonly channels: number
  /** s of each parallel block. */
  readonly scales: ReadonlyArray<number>
  /** (rc; rn) of the paper's Table 3: channels C -> C / rc on entry, and C / rc -> C / rc / rn in the patches' attention. */
  readonly reduceRatios: readonly [context: number, nonLocal: number]
  readonly guide: GuideMode
  readonly reduceGlobal?: boolean
}

export interface CpmParams {
  readonly reduce: ConvNormParams
  readonly blocks: ReadonlyArray<AgcbParams>
  readonly expand: ConvNormParams
}

/** @throws ConfigError if a ratio does not divide its channels */
export const cpmSpec = ({ channels, scales, reduceRatios: [rc, rn], guide, reduceGlobal }: CpmConfig) => {
  const inner = divide(channels, rc, "cpm", "the first of reduceRatios")
  const block = agcbSpec({
    channels: inner,
    reduceRatio: rn,
    guide,
    ...(reduceGlobal !== undefined && { reduceGlobal })
  })
  return {
    reduce: convNormSpec({ in: channels, out: inner, kernel: 1 }),
    blocks: scales.map(() => block),
    expand: convNormSpec({ in: inner * (scales.length + 1), out: channels, kernel: 1 })
  }
}

/**
 * Context pyramid module: R = relu(B(W_1(x))) with C / rc channels, attention-guided context blocks of several scales side by
 * side on R, and relu(B(W_1([R, A_1, ..., A_n]))) back to C channels.
 *
 * Source: paper, section on the CPM; AGPCNet `models/context.py`.
 *
 * @param x [batch, height, width, channels]
 * @param options `scales` in the order of the blocks
 * @returns the shape of `x`
 *
 * @example
 * ```ts
 * const scales = [10, 6, 5, 3]
 * const params = initialize(key(1), cpmSpec({ channels: 64, scales, reduceRatios: [16, 4], guide: "post" }))
 * cpm(params, ones([1, 16, 16, 64]), inference, { scales, fusion: "patch", partition: "floor" }).shape // => [1, 16, 16, 64]
 * ```
 */
export const cpm = (
  p: CpmParams,
  x: Tensor4D,
  mode: Mode,
  options: Omit<AgcbOptions, "scale"> & { readonly scales: ReadonlyArray<number> }
): Tensor4D => {
  const { scales, fusion, partition } = options
  const reduced = convNormRelu(p.reduce, x, mode)
  const contexts = p.blocks.map((block, i) => agcb(block, reduced, mode, { scale: scales[i], fusion, partition }))
  return convNormRelu(p.expand, concat([reduced, ...contexts], 3), mode)
}
