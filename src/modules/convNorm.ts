import { relu, type Tensor4D } from "@tensorflow/tfjs-core"
import { type BatchNormParams, batchNorm, batchNormSpec } from "./batchNorm.ts"
import { type Conv2dConfig, type Conv2dParams, conv2d, conv2dNoBiasSpec, conv2dSpec } from "./conv2d.ts"
import type { Mode } from "./mode.ts"

/** Parameters of a convolution and the batch norm after it. */
export const convNormSpec = (config: Conv2dConfig) => ({ conv: conv2dSpec(config), norm: batchNormSpec(config.out) })

/** The same without the bias, which the batch norm would take away again. */
export const convNormNoBiasSpec = (config: Conv2dConfig) => ({
  conv: conv2dNoBiasSpec(config),
  norm: batchNormSpec(config.out)
})

export interface ConvNormParams {
  readonly conv: Conv2dParams
  readonly norm: BatchNormParams
}

/**
 * norm(conv(x)): a convolution that keeps the size, and batch norm.
 *
 * @param x [batch, height, width, in]
 * @returns [batch, height, width, out]
 */
export const convNorm = (p: ConvNormParams, x: Tensor4D, mode: Mode): Tensor4D =>
  batchNorm(p.norm, conv2d(p.conv, x), mode)

/** relu(norm(conv(x))), with the shapes of {@link convNorm}. */
export const convNormRelu = (p: ConvNormParams, x: Tensor4D, mode: Mode): Tensor4D => relu(convNorm(p, x, mode))
