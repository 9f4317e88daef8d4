import { sigmoid, type Tensor4D } from "@tensorflow/tfjs-core"
import { adaptiveMaxPool } from "./adaptivePool.ts"
import { bilinear } from "./bilinear.ts"
import { type BottleneckParams, bottleneck, bottleneckSpec } from "./bottleneck.ts"
import type { Mode } from "./mode.ts"
import { type NonLocalParams, nonLocal, nonLocalSpec } from "./nonLocal.ts"

/**
 * What follows the non-local block: `post`, a bottleneck as in pixel attention (what the paper describes and AGPCNet
 * publishes), or `origin`, nothing.
 */
export type GuideMode = "post" | "origin"

/**
 * How a guide map of s x s pixels meets a map of H x W: `patch`, each pixel its patch (Eq. 2), or `element`, after bilinear
 * interpolation (Eq. 1).
 */
export type Fusion = "patch" | "element"

export interface GnfmConfig {
  readonly channels: number
  readonly guide: GuideMode
  /** r of its non-local block. AGPCNet has 1 in `post` mode and that of the patches in `origin` mode. */
  readonly reduceRatio: number
}

export interface GnfmParams {
  readonly nonLocal: NonLocalParams
  /** Of `post` mode only. */
  readonly attention?: BottleneckParams
}

/** @throws ConfigError if the ratio does not divide the channels */
export const gnfmSpec = ({ channels, guide, reduceRatio }: GnfmConfig) => ({
  nonLocal: nonLocalSpec({ channels, reduceRatio }),
  ...(guide === "post" && { attention: bottleneckSpec(channels) })
})

/**
 * Global non-local fusion module: the guide map G = sigmoid(bottleneck(NL(maxPool_s(x)))), "GCA" in AGPCNet's code. It pools
 * the map to s x s pixels and lets them attend to each other.
 *
 * For `element` fusion the map is interpolated to the size of `x` before the sigmoid. A scale beyond the map is clamped to
 * it.
 *
 * Source: paper, section on the GNFM (no equation number); AGPCNet `models/context.py`.
 *
 * @param x [batch, height, width, channels]
 * @returns [batch, scale, scale, channels] for `patch`, the shape of `x` for `element`; values in (0, 1)
 *
 * @example
 * ```ts
 * const params = initialize(key(1), gnfmSpec({ channels: 8, guide: "post", reduceRatio: 1 }))
 * gnfm(params, ones([1, 21, 18, 8]), inference, { scale: 5, fusion: "patch" }).shape // => [1, 5, 5, 8]
 * ```
 */
export const gnfm = (
  p: GnfmParams,
  x: Tensor4D,
  mode: Mode,
  options: { readonly scale: number; readonly fusion: Fusion }
): Tensor4D => {
  const [, height, width] = x.shape
  const { scale, fusion } = options
  const pooled = adaptiveMaxPool(x, [Math.min(scale, height), Math.min(scale, width)])
  const related = nonLocal(p.nonLocal, pooled)
  const guide = p.attention === undefined ? related : bottleneck(p.attention, related, mode)
  return sigmoid(fusion === "element" ? bilinear(guide, [height, width]) : guide)
}
