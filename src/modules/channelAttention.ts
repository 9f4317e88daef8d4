import { mean, sigmoid, type Tensor4D } from "@tensorflow/tfjs-core"
import { type BottleneckParams, bottleneck, bottleneckSpec } from "./bottleneck.ts"
import type { Mode } from "./mode.ts"

export const channelAttentionSpec = bottleneckSpec

/**
 * Channel attention (paper, Eq. 4): g_ca(x) = sigmoid(B(W_1(relu(B(W_1(avgPool(x))))))), C -> C / 4 -> C channels, from
 * the mean of each channel.
 *
 * In training its batch norm sees one value per image and channel. A batch of one image has no variance: PyTorch refuses
 * it, here the running statistics stand in (see `batchNorm`).
 *
 * @param x [batch, height, width, channels]
 * @returns [batch, 1, 1, channels], values in (0, 1)
 */
export const channelAttention = (p: BottleneckParams, x: Tensor4D, mode: Mode): Tensor4D =>
  sigmoid(bottleneck(p, mean<Tensor4D>(x, [1, 2], true), mode))
