import { add, mean, mul, rsqrt, square, sub, type Tensor1D, type Tensor4D } from "@tensorflow/tfjs-core"
import type { Mode } from "./mode.ts"
import { type ParamsOf, startingAt, statistic, weight } from "./spec.ts"

/** PyTorch's constants; tfjs-layers has others (1e-3 and 0.01). */
const EPSILON = 1e-5
const MOMENTUM = 0.1

export const batchNormSpec = (channels: number) => ({
  scale: weight([channels], startingAt(1)),
  offset: weight([channels], startingAt(0)),
  mean: statistic([channels], startingAt(0)),
  variance: statistic([channels], startingAt(1))
})

export type BatchNormParams = ParamsOf<ReturnType<typeof batchNormSpec>>

/**
 * Batch normalisation over all axes but the last: (x - mean) / sqrt(variance + 1e-5) * scale + offset.
 *
 * In inference it uses the running statistics. In training it uses those of the batch, and emits
 * running <- 0.9 running + 0.1 batch, with the unbiased variance n / (n - 1), as PyTorch does.
 *
 * A single value per channel (one image of one pixel, as channel attention sees for a batch of one) has no variance:
 * PyTorch refuses it; here it is normalised by the running statistics, which stay as they are.
 *
 * @param x [batch, height, width, channels]
 * @returns the shape of `x`
 */
export const batchNorm = (p: BatchNormParams, x: Tensor4D, mode: Mode): Tensor4D => {
  const count = x.shape[0] * x.shape[1] * x.shape[2]
  if (!mode.training || count === 1) return normalize(p, x, p.mean, p.variance)
  const batchMean = mean<Tensor1D>(x, [0, 1, 2])
  const batchVariance = mean<Tensor1D>(square(sub(x, batchMean)), [0, 1, 2])
  const { read, write } = mode.statistics
  write(p.mean, blend(read(p.mean), batchMean))
  write(p.variance, blend(read(p.variance), mul(batchVariance, count / (count - 1))))
  return normalize(p, x, batchMean, batchVariance)
}

const normalize = (p: BatchNormParams, x: Tensor4D, center: Tensor1D, spread: Tensor1D): Tensor4D => {
  const gain = mul(p.scale, rsqrt(add(spread, EPSILON)))
  return add(mul(sub(x, center), gain), p.offset)
}

const blend = (running: Tensor1D, batch: Tensor1D): Tensor1D => add(mul(running, 1 - MOMENTUM), mul(batch, MOMENTUM))
