import { add, mean, mul, rsqrt, square, sub, type Tensor } from "@tensorflow/tfjs-core"
import { type ParamsOf, startingAt, weight } from "./spec.ts"

export const layerNormSpec = (features: number) => ({
  scale: weight([features], startingAt(1)),
  offset: weight([features], startingAt(0))
})

export type LayerNormParams = ParamsOf<ReturnType<typeof layerNormSpec>>

/**
 * Layer normalisation: (x - mean) / sqrt(variance + epsilon) * scale + offset, over the last axis, with the biased variance.
 *
 * Source: Ba, Kiros & Hinton, Layer Normalization (2016).
 *
 * @param x [..., features]
 * @param options `epsilon` is 1e-5 by default, as in PyTorch; vision transformers take 1e-6
 * @returns the shape of `x`
 */
export const layerNorm = <T extends Tensor>(
  p: LayerNormParams,
  x: T,
  options: { readonly epsilon?: number } = {}
): T => {
  const centered = sub(x, mean(x, -1, true))
  const spread = mean(square(centered), -1, true)
  return add<T>(mul(mul(centered, rsqrt(add(spread, options.epsilon ?? 1e-5))), p.scale), p.offset)
}
