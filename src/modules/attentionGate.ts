import { add, mul, relu, sigmoid, type Tensor4D } from "@tensorflow/tfjs-core"
import { convNorm, convNormSpec } from "./convNorm.ts"
import type { Mode } from "./mode.ts"
import type { ParamsOf } from "./spec.ts"

export const attentionGateSpec = (config: {
  /** Channels of the gating signal. */
  readonly signal: number
  /** Channels of the map that is gated. */
  readonly skip: number
  /** Channels in which the two are compared. */
  readonly inner: number
}) => ({
  signal: convNormSpec({ in: config.signal, out: config.inner, kernel: 1 }),
  skip: convNormSpec({ in: config.skip, out: config.inner, kernel: 1 }),
  psi: convNormSpec({ in: config.inner, out: 1, kernel: 1 })
})

export type AttentionGateParams = ParamsOf<ReturnType<typeof attentionGateSpec>>

/**
 * Additive attention: skip * psi with psi = sigmoid(norm(conv1(relu(norm(conv1(signal)) + norm(conv1(skip)))))), one weight
 * a pixel for all channels.
 *
 * Source: Oktay et al., Attention U-Net (MIDL 2018), in the 2-D form of LeeJunHyun/Image_Segmentation, where the signal has
 * the resolution of the skip.
 *
 * @param signal [batch, height, width, signal]
 * @param skip [batch, height, width, skip]
 * @returns the shape of `skip`
 */
export const attentionGate = (p: AttentionGateParams, signal: Tensor4D, skip: Tensor4D, mode: Mode): Tensor4D => {
  const compared = relu(add<Tensor4D>(convNorm(p.signal, signal, mode), convNorm(p.skip, skip, mode)))
  return mul(skip, sigmoid(convNorm(p.psi, compared, mode)))
}
