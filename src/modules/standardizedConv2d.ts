import { add, mean, mul, rsqrt, square, sub, type Tensor4D } from "@tensorflow/tfjs-core"
import { type Conv2dParams, conv2d } from "./conv2d.ts"

const EPSILON = 1e-5

/**
 * A convolution by its standardised kernel: (kernel - mean) / sqrt(variance + 1e-5), with mean and biased variance taken for
 * each output channel over the taps and input channels.
 *
 * Source: Qiao et al., Micro-batch training with batch-channel normalization and weight standardization (2019).
 *
 * @param x [batch, height, width, in]
 * @param options as for `conv2d`
 * @returns [batch, height', width', out]
 */
export const standardizedConv2d = (
  p: Conv2dParams,
  x: Tensor4D,
  options: { readonly stride?: number; readonly padding?: number } = {}
): Tensor4D => {
  const centered = sub<Tensor4D>(p.kernel, mean(p.kernel, [0, 1, 2]))
  const spread = mean(square(centered), [0, 1, 2])
  return conv2d({ ...p, kernel: mul(centered, rsqrt(add(spread, EPSILON))) }, x, options)
}
