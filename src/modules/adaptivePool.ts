import {
  argMax,
  cast,
  equal,
  expandDims,
  max,
  mul,
  range,
  reshape,
  type Tensor4D,
  tensor2d
} from "@tensorflow/tfjs-core"
import { axisProduct, type SpatialAxis } from "./axisProduct.ts"
import { take } from "./take.ts"
import { withGradient } from "./withGradient.ts"

/** Height and width of the pooled map. */
export type PooledSize = readonly [height: number, width: number]

interface Bin {
  readonly start: number
  readonly end: number
}

/**
 * PyTorch's bins: bin i of n spans [floor(i length / n), ceil((i + 1) length / n)). Bins overlap where n does not divide the
 * length.
 */
export const adaptiveBins = (length: number, count: number): ReadonlyArray<Bin> =>
  Array.from({ length: count }, (_, i) => ({
    start: Math.floor((i * length) / count),
    end: Math.ceil(((i + 1) * length) / count)
  }))

/**
 * The largest value of each bin, as PyTorch's `AdaptiveMaxPool2d`. Among equal values the first (row by row) gets the
 * gradient.
 *
 * @param x [batch, height, width, channels]
 * @param size bins along height and width
 * @returns [batch, ...size, channels]
 *
 * @example
 * ```ts
 * adaptiveMaxPool(tensor4d([1, 5, 3], [1, 1, 3, 1]), [1, 2]).dataSync() // => [5, 5]
 * ```
 */
export const adaptiveMaxPool = (x: Tensor4D, size: PooledSize): Tensor4D =>
  maxAlong(maxAlong(x, size[1], 2), size[0], 1)

/**
 * The mean of each bin, as PyTorch's `AdaptiveAvgPool2d`.
 *
 * @param x [batch, height, width, channels]
 * @param size bins along height and width
 * @returns [batch, ...size, channels]
 *
 * @example
 * ```ts
 * adaptiveAvgPool(tensor4d([1, 5, 3], [1, 1, 3, 1]), [1, 2]).dataSync() // => [3, 4]
 * ```
 */
export const adaptiveAvgPool = (x: Tensor4D, size: PooledSize): Tensor4D =>
  averageAlong(averageAlong(x, size[1], 2), size[0], 1)

const maxAlong = (x: Tensor4D, count: number, axis: SpatialAxis): Tensor4D => {
  const bins = adaptiveBins(x.shape[axis], count)
  const longest = Math.max(...bins.map(({ start, end }) => end - start))
  // A shorter bin is filled up with its last element; the first of equals wins, so the copies never get the gradient.
  const positions = bins.flatMap(({ start, end }) =>
    Array.from({ length: longest }, (_, i) => Math.min(start + i, end - 1))
  )
  const [batch, height, width, channels] = x.shape
  const taken = take(x, positions, axis)
  return axis === 1
    ? reshape(firstMax(reshape(taken, [batch, count, longest, width * channels])), [batch, count, width, channels])
    : reshape(firstMax(reshape(taken, [batch * height, count, longest, channels])), [batch, height, count, channels])
}

/** The maximum along axis 2, kept as 1. tfjs's own `max` would give every one of equal values the whole gradient. */
const firstMax = (x: Tensor4D): Tensor4D =>
  withGradient(
    x,
    (input) => max(input, 2, true),
    (dy, input) => {
      const winner = expandDims(argMax(input, 2), 2)
      const positions = reshape(range(0, input.shape[2], 1, "int32"), [1, 1, input.shape[2], 1])
      return mul(dy, cast(equal(winner, positions), "float32"))
    }
  )

const averageAlong = (x: Tensor4D, count: number, axis: SpatialAxis): Tensor4D => {
  const length = x.shape[axis]
  const weights = new Float32Array(count * length)
  adaptiveBins(length, count).forEach(({ start, end }, i) => {
    weights.fill(1 / (end - start), i * length + start, i * length + end)
  })
  return axisProduct(x, tensor2d(weights, [count, length]), axis)
}
