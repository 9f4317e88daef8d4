import { concat, type Tensor4D } from "@tensorflow/tfjs-core"
import { conv2d, conv2dSpec } from "./conv2d.ts"
import { halfPixelBilinear } from "./halfPixelBilinear.ts"
import { maxPool2d } from "./maxPool2d.ts"
import type { ParamsOf } from "./spec.ts"

const WINDOWS = [2, 3, 5, 6]

/** How many channels the block adds to its input. */
export const POOLED_CHANNELS = WINDOWS.length

/** The smallest height and width with a whole window of each size. */
export const LARGEST_WINDOW = Math.max(...WINDOWS)

export const multiKernelPoolingSpec = (channels: number) => conv2dSpec({ in: channels, out: 1, kernel: 1 })

export type MultiKernelPoolingParams = ParamsOf<ReturnType<typeof multiKernelPoolingSpec>>

/**
 * Residual multi-kernel pooling (RMP): max pools with windows 2, 3, 5 and 6, each reduced to one channel by the same 1x1
 * convolution and resized (bilinear, half-pixel) to the input, before which they are put.
 *
 * Source: Gu et al., CE-Net (IEEE TMI 2019), as in Guzaiwang/CE-Net.
 *
 * @param x [batch, height, width, channels], at least 6x6
 * @returns [batch, height, width, 4 + channels]
 */
export const multiKernelPooling = (p: MultiKernelPoolingParams, x: Tensor4D): Tensor4D => {
  const [, height, width] = x.shape
  const pooled = WINDOWS.map((size) => halfPixelBilinear(conv2d(p, maxPool2d(x, { size })), [height, width]))
  return concat([...pooled, x], 3)
}
