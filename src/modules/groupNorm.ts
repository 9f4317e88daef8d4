import { add, mean, mul, reshape, rsqrt, square, sub, type Tensor, type Tensor4D, tile } from "@tensorflow/tfjs-core"
import { type ParamsOf, startingAt, weight } from "./spec.ts"

export const groupNormSpec = (channels: number) => ({
  scale: weight([channels], startingAt(1)),
  offset: weight([channels], startingAt(0))
})

export type GroupNormParams = ParamsOf<ReturnType<typeof groupNormSpec>>

/**
 * Group normalisation: (x - mean) / sqrt(variance + epsilon) * scale + offset, mean and (biased) variance taken for each
 * image over height, width and the channels of one group. The same in training and inference.
 *
 * Source: Wu & He, Group Normalization (ECCV 2018).
 *
 * @param x [batch, height, width, channels]
 * @param options `groups` divides the channels into equal runs; `epsilon` is 1e-5 by default, as in PyTorch
 * @returns the shape of `x`
 */
export const groupNorm = (
  p: GroupNormParams,
  x: Tensor4D,
  options: { readonly groups: number; readonly epsilon?: number }
): Tensor4D => {
  const { groups, epsilon = 1e-5 } = options
  const centered = sub<Tensor4D>(x, groupMean(x, groups))
  const gain = mul(p.scale, rsqrt(add(groupMean(square(centered), groups), epsilon)))
  return add(mul(centered, gain), p.offset)
}

/** Means over height and width first, so that only [batch, channels] is regrouped; [batch, 1, 1, channels]. */
const groupMean = (x: Tensor4D, groups: number): Tensor4D => {
  const [batch, , , channels] = x.shape
  const perChannel = reshape(mean(x, [1, 2]), [batch, groups, channels / groups])
  const perGroup: Tensor = tile(mean(perChannel, 2, true), [1, 1, channels / groups])
  return reshape(perGroup, [batch, 1, 1, channels])
}
