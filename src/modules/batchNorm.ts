import {
  add,
  customGrad,
  div,
  type GradSaveFunc,
  mul,
  neg,
  reshape,
  rsqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  tidy,
  zerosLike
} from "@tensorflow/tfjs-core"
import { ownOp } from "../compile/ownOp.ts"
import type { Mode } from "./mode.ts"
import { type ParamsOf, startingAt, statistic, weight } from "./spec.ts"
import { withGradient } from "./withGradient.ts"

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
  const { scale, offset } = p
  if (!mode.training || count === 1) {
    const { mean, variance } = p
    return normalize({ x, scale, offset, mean, variance }, { epsilon: EPSILON })
  }
  const [y, batchMean, batchVariance] = normalizeBatch({ x, scale, offset }, { epsilon: EPSILON })
  const { observe } = mode.statistics
  observe(p.mean, batchMean, { keep: 1 - MOMENTUM, take: MOMENTUM })
  observe(p.variance, batchVariance, { keep: 1 - MOMENTUM, take: (MOMENTUM * count) / (count - 1) })
  return y
}

interface Affine {
  readonly x: Tensor4D
  readonly scale: Tensor1D
  readonly offset: Tensor1D
}

interface Given extends Affine {
  readonly mean: Tensor1D
  readonly variance: Tensor1D
}

type Epsilon = { readonly epsilon: number }

const composed = ({ x, scale, offset, mean, variance }: Given, { epsilon }: Epsilon): Tensor4D => {
  const gain = mul(scale, rsqrt(add(variance, epsilon)))
  return add(mul(sub(x, mean), gain), offset)
}

/** With given statistics, which are differentiated through as well. */
const normalize = ownOp<Given, Epsilon, Tensor4D>({
  name: "BatchNorm",
  compute: composed,
  gradient: {
    saves: [["x", "scale", "mean", "variance"], []],
    by: (dy, [x, scale, center, variance], { epsilon }) => {
      const inverse = rsqrt(add(variance, epsilon))
      const gain = mul(scale, inverse)
      const spread = () => mul(perChannel(mul(dy, sub(x, center))), inverse)
      return {
        x: () => mul(dy, gain),
        scale: spread,
        offset: () => perChannel(dy),
        mean: () => neg(mul(perChannel(dy), gain)),
        variance: () => mul(mul(spread(), gain), mul(inverse, -0.5))
      }
    }
  }
})

/** With the batch's own statistics, which come out too: mean and biased variance. Nothing is learned through these. */
const normalizeBatch = ownOp<Affine, Epsilon, [y: Tensor4D, mean: Tensor1D, variance: Tensor1D]>({
  name: "BatchNormTraining",
  compute: (inputs, options) => {
    const moments = momentsOf(inputs.x)
    return [normalizeBy(inputs, moments, options), ...moments]
  },
  gradient: {
    saves: [
      ["x", "scale"],
      [false, true, true]
    ],
    by: ([dy], [x, scale, batchMean, variance], options) => {
      const [dx, dScale, dOffset] = batchGradient(
        { dy, x, scale, mean: batchMean, variance } as BatchGradientInputs,
        options
      )
      return { x: () => dx, scale: () => dScale, offset: () => dOffset }
    }
  }
})

interface BatchGradientInputs extends Omit<Given, "offset"> {
  readonly dy: Tensor4D
}

/**
 * dx = scale / sd (dy - sum(dy) / n - xHat sum(dy xHat) / n), with xHat = (x - mean) / sd, which is one factor for dy, one
 * for x and one number for each channel. dScale = sum(dy xHat), dOffset = sum(dy).
 */
const batchGradient = ownOp<BatchGradientInputs, Epsilon, [dx: Tensor4D, dScale: Tensor1D, dOffset: Tensor1D]>({
  name: "BatchNormTrainingGrad",
  compute: ({ dy, x, scale, mean, variance }, { epsilon }) =>
    tidy(() => {
      const count = x.size / x.shape[3]
      const inverse = rsqrt(add(variance, epsilon))
      const gain = mul(scale, inverse)
      const dOffset = perChannel(dy)
      const spread = tidy(() => perChannel(mul(dy, sub(x, mean))))
      const dScale: Tensor1D = mul(spread, inverse)
      const ofX = neg(div(mul(mul(gain, inverse), dScale), count))
      const rest = neg(add(div(mul(gain, dOffset), count), mul(ofX, mean)))
      const dx = tidy(() => add(add(mul(dy, gain), mul(x, ofX)), rest))
      return [dx as Tensor4D, dScale, dOffset]
    })
})

const perChannel = (map: Tensor) => sum<Tensor1D>(map, [0, 1, 2])

/** Mean and biased variance, off the tape: as they lead to no gradient, no map need be kept for one. */
const momentsOf = (x: Tensor4D): [mean: Tensor1D, variance: Tensor1D] => {
  const average = (of: (x: Tensor4D) => Tensor4D): Tensor1D => {
    const value = (input: Tensor4D) => div<Tensor4D>(sum(of(input), [0, 1, 2], true), x.size / x.shape[3])
    return reshape(
      withGradient(x, value, (_, input) => zerosLike(input)),
      [x.shape[3]]
    )
  }
  const mean = average((input) => input)
  return [mean, average((input) => square(sub(input, mean)))]
}

/** Normalised by moments of its own, with the gradient through these: the tape keeps x, and no map on the way. */
const normalizeBy = (
  { x, scale, offset }: Affine,
  [mean, variance]: [mean: Tensor1D, variance: Tensor1D],
  options: Epsilon
): Tensor4D =>
  customGrad((...given) => {
    const value = composed({ x, scale, offset, mean, variance }, options)
    ;(given[3] as GradSaveFunc)([x, scale, mean, variance])
    return {
      value: value as Tensor,
      gradFunc: (dy: Tensor, [x, scale, mean, variance]: Array<Tensor>) =>
        batchGradient({ dy, x, scale, mean, variance } as BatchGradientInputs, options)
    }
  })(x, scale, offset) as Tensor4D
