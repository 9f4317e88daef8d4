import { add, type Tensor4D } from "@tensorflow/tfjs-core"
import { type Conv2dParams, conv2d, conv2dSpec } from "./conv2d.ts"
import { type ConvNormParams, convNormRelu, convNormSpec } from "./convNorm.ts"
import type { Mode } from "./mode.ts"

export const recurrentResidualSpec = (config: { readonly in: number; readonly out: number }) => {
  const { in: fanIn, out } = config
  const recurrent = () => convNormSpec({ in: out, out, kernel: 3 })
  return { project: conv2dSpec({ in: fanIn, out, kernel: 1 }), recurrent: [recurrent(), recurrent()] as const }
}

export interface RecurrentResidualParams {
  readonly project: Conv2dParams
  readonly recurrent: readonly [ConvNormParams, ConvNormParams]
}

/**
 * Recurrent residual block (RRCNN): a 1x1 projection, two recurrent convolutions, and the projection added to their result.
 *
 * A recurrent convolution is one f = relu(norm(conv3)) applied `recurrences` + 1 times: y = f(x), then y <- f(x + y). Its
 * batch norm is the same each time, so a training step moves its running statistics `recurrences` + 1 times.
 *
 * Source: Alom et al., R2U-Net (2018), as in LeeJunHyun/Image_Segmentation.
 *
 * @param x [batch, height, width, in]
 * @returns [batch, height, width, out]
 */
export const recurrentResidual = (
  p: RecurrentResidualParams,
  x: Tensor4D,
  mode: Mode,
  options: { readonly recurrences?: number } = {}
): Tensor4D => {
  const { recurrences = 2 } = options
  const recur = (layer: ConvNormParams, input: Tensor4D) => {
    let state = convNormRelu(layer, input, mode)
    for (let i = 0; i < recurrences; i++) state = convNormRelu(layer, add(input, state), mode)
    return state
  }
  const projected = conv2d(p.project, x)
  const [first, second] = p.recurrent
  return add(projected, recur(second, recur(first, projected)))
}
