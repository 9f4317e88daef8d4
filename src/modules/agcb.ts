import { add, mul, relu, type Tensor1D, type Tensor4D } from "@tensorflow/tfjs-core"
import { type ConvNormParams, convNorm, convNormSpec } from "./convNorm.ts"
import { type Fusion, type GnfmParams, type GuideMode, gnfm, gnfmSpec } from "./gnfm.ts"
import type { Mode } from "./mode.ts"
import { type NonLocalParams, nonLocal, nonLocalSpec } from "./nonLocal.ts"
import { type Partition, type PartitionRule, partition, patchIndices } from "./partition.ts"
import { startingAt, weight } from "./spec.ts"
import { take } from "./take.ts"

export interface AgcbConfig {
  readonly channels: number
  /** r of the non-local block on the patches. */
  readonly reduceRatio: number
  /** `none` leaves the guide map out: local attention only, an ablation. */
  readonly guide: GuideMode | "none"
  /** Whether the guide map's own non-local block reduces by `reduceRatio` too. Default: only in `origin` mode. */
  readonly reduceGlobal?: boolean
}

export interface AgcbParams {
  readonly local: NonLocalParams
  readonly guide?: GnfmParams
  readonly smooth: ConvNormParams
  readonly gamma: Tensor1D
}

/** @throws ConfigError if the ratio does not divide the channels */
export const agcbSpec = ({ channels, reduceRatio, guide, reduceGlobal = guide === "origin" }: AgcbConfig) => ({
  local: nonLocalSpec({ channels, reduceRatio }),
  ...(guide !== "none" && { guide: gnfmSpec({ channels, guide, reduceRatio: reduceGlobal ? reduceRatio : 1 }) }),
  smooth: convNormSpec({ in: channels, out: channels, kernel: 3 }),
  gamma: weight([1], startingAt(0))
})

export interface AgcbOptions {
  /** s: the map is cut into s x s patches and guided by s x s pixels. Clamped to the size of the map. */
  readonly scale: number
  readonly fusion: Fusion
  readonly partition: PartitionRule
}

/**
 * Attention-guided context block. P is the map after a non-local block inside each of s x s patches, G the guide map of the
 * {@link gnfm}.
 *
 * - Eq. 1, `element`: A = relu(gamma B(W_3(P * I(G))) + X), I interpolating G to the size of X
 * - Eq. 2, `patch`: A = relu(gamma B(W_3(union of P_ij G_ij)) + X), each patch multiplied by its pixel of G
 *
 * `gamma` (the paper's beta) starts at zero, so on a map without negative values the block starts as the identity.
 *
 * Source: paper, Eq. 1 and 2; AGPCNet `models/context.py`.
 *
 * @param x [batch, height, width, channels]
 * @returns the shape of `x`
 *
 * @example
 * ```ts
 * const params = initialize(key(1), agcbSpec({ channels: 8, reduceRatio: 4, guide: "post" }))
 * const x: Tensor4D = ones([1, 16, 16, 8])
 * const y = agcb(params, x, inference, { scale: 5, fusion: "patch", partition: "floor" })
 * y.dataSync().every((value) => value === 1) // => true
 * ```
 */
export const agcb = (p: AgcbParams, x: Tensor4D, mode: Mode, options: AgcbOptions): Tensor4D => {
  const [, height, width] = x.shape
  const patches = partition(height, width, options.scale, options.partition)
  const local = nonLocal(p.local, x, patches)
  const guided = p.guide === undefined ? local : mul<Tensor4D>(local, guideMap(p.guide, x, patches, mode, options))
  return relu(add(mul(convNorm(p.smooth, guided, mode), p.gamma), x))
}

/** The guide map at the size of `x`: for `patch` fusion each of its pixels fills its patch. */
const guideMap = (p: GnfmParams, x: Tensor4D, patches: Partition, mode: Mode, options: AgcbOptions): Tensor4D => {
  const guide = gnfm(p, x, mode, options)
  if (options.fusion === "element") return guide
  return take(take(guide, patchIndices(patches.rows), 1), patchIndices(patches.columns), 2)
}
