import { add, matMul, mul, softmax, type Tensor3D, type Tensor4D } from "@tensorflow/tfjs-core"
import { conv2d, conv2dSpec } from "./conv2d.ts"
import { divide } from "./errors.ts"
import { overPatches, type Partition, wholeMap } from "./partition.ts"
import { type ParamsOf, startingAt, weight } from "./spec.ts"

export interface NonLocalConfig {
  readonly channels: number
  /** r: queries and keys have `channels / reduceRatio` channels. */
  readonly reduceRatio: number
}

/** @throws ConfigError if the ratio does not divide the channels */
export const nonLocalSpec = ({ channels, reduceRatio }: NonLocalConfig) => {
  const reduced = divide(channels, reduceRatio, "nonLocal", "reduceRatio")
  return {
    query: conv2dSpec({ in: channels, out: reduced, kernel: 1 }),
    key: conv2dSpec({ in: channels, out: reduced, kernel: 1 }),
    value: conv2dSpec({ in: channels, out: channels, kernel: 1 }),
    gamma: weight([1], startingAt(0))
  }
}

export type NonLocalParams = ParamsOf<ReturnType<typeof nonLocalSpec>>

/**
 * Non-local block: NL(x) = gamma o + x, where o_n = sum_m softmax_m(q_n . k_m) v_m attends from every position n to every
 * position m of its patch; q, k, v are 1x1 convolutions of x. There is no 1 / sqrt(d). With gamma = 0, as it starts,
 * NL(x) = x.
 *
 * The convolutions run once on the whole map, whatever the patches; by default there is one, the map itself.
 *
 * Source: Wang et al., Non-local Neural Networks (CVPR 2018), as in AGPCNet.
 *
 * @param x [batch, height, width, channels]
 * @returns the shape of `x`
 *
 * @example
 * ```ts
 * const params = initialize(key(1), nonLocalSpec({ channels: 8, reduceRatio: 4 }))
 * nonLocal(params, ones([1, 9, 7, 8])).shape // => [1, 9, 7, 8]
 * ```
 */
export const nonLocal = (
  p: NonLocalParams,
  x: Tensor4D,
  patches: Partition = wholeMap(x.shape[1], x.shape[2])
): Tensor4D => {
  const [query, key, value] = [conv2d(p.query, x), conv2d(p.key, x), conv2d(p.value, x)]
  return add(mul(overPatches([query, key, value], patches, attend), p.gamma), x)
}

const attend = (query: Tensor3D, key: Tensor3D, value: Tensor3D): Tensor3D =>
  matMul(attentionWeights(query, key), value)

/**
 * softmax_m(q_n . k_m): how much each position n looks at each position m.
 *
 * @param query [batch, positions, channels], as `key`
 * @returns [batch, positions, positions]; rows sum to one
 */
export const attentionWeights = (query: Tensor3D, key: Tensor3D): Tensor3D => softmax(matMul(query, key, false, true))
