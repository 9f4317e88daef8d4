import type { Tensor4D } from "@tensorflow/tfjs-core"
import { convNorm, convNormRelu, convNormSpec } from "./convNorm.ts"
import type { Mode } from "./mode.ts"
import type { ParamsOf } from "./spec.ts"

/** A quarter of the channels, rounded down, but at least one: what every bottleneck of AGPCNet reduces to. */
export const quarter = (channels: number): number => Math.max(1, Math.floor(channels / 4))

export const bottleneckSpec = (channels: number) => ({
  reduce: convNormSpec({ in: channels, out: quarter(channels), kernel: 1 }),
  expand: convNormSpec({ in: quarter(channels), out: channels, kernel: 1 })
})

export type BottleneckParams = ParamsOf<ReturnType<typeof bottleneckSpec>>

/**
 * B(W_1(relu(B(W_1(x))))): two 1x1 convolutions with batch norm, C -> C / 4 -> C. Pixel and channel attention are its
 * sigmoid.
 *
 * @param x [batch, height, width, channels]
 * @returns the shape of `x`
 */
export const bottleneck = (p: BottleneckParams, x: Tensor4D, mode: Mode): Tensor4D =>
  convNorm(p.expand, convNormRelu(p.reduce, x, mode), mode)
