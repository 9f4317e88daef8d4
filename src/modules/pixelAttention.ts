import { sigmoid, type Tensor4D } from "@tensorflow/tfjs-core"
import { type BottleneckParams, bottleneck, bottleneckSpec } from "./bottleneck.ts"
import type { Mode } from "./mode.ts"

export const pixelAttentionSpec = bottleneckSpec

/**
 * Pixel attention (paper, Eq. 3): g_pa(x) = sigmoid(B(W_1(relu(B(W_1(x)))))), C -> C / 4 -> C channels: a gate of its own for
 * every channel of every pixel.
 *
 * @param x [batch, height, width, channels]
 * @returns the shape of `x`, values in (0, 1)
 */
export const pixelAttention = (p: BottleneckParams, x: Tensor4D, mode: Mode): Tensor4D =>
  sigmoid(bottleneck(p, x, mode))
