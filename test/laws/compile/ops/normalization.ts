import * as tf from "@tensorflow/tfjs-core"
import fc from "fast-check"
import { batchNorm } from "../../../../src/modules/batchNorm.ts"
import { dropoutKey } from "../../../../src/modules/dropout.ts"
import { groupNorm } from "../../../../src/modules/groupNorm.ts"
import { layerNorm } from "../../../../src/modules/layerNorm.ts"
import { collectStatistics, inference } from "../../../../src/modules/mode.ts"
import { key } from "../../../../src/random/index.ts"
import type { Given, Op } from "../../../support/compiled/trial.ts"
import { map, type Ops, shape } from "./arbitraries.ts"

const positive = (x: number) => Math.abs(x) + 0.3

const perChannel = (channels: number): ReadonlyArray<Given> => [
  { shape: [channels], dtype: "float32" },
  { shape: [channels], dtype: "float32" },
  { shape: [channels], dtype: "float32" },
  { shape: [channels], dtype: "float32", domain: positive }
]

/** A map of enough numbers for a variance. */
const maps = map(7, 5).map(([n, h, w, c]) => [n + 1, h + 2, w + 1, c] as const)

/** tfjs's own, with and without a scale and an offset. */
const given = fc.tuple(map(7, 5), fc.boolean(), fc.boolean()).map(
  ([shape, scaled, moved]): Op => ({
    name: `tfjs's batchNorm of [${shape}]${scaled ? ", scaled" : ""}${moved ? ", moved" : ""}`,
    inputs: [{ shape, dtype: "float32" }, ...perChannel(shape[3])],
    f: (x, scale, offset, mean, variance) =>
      tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        moved ? (offset as tf.Tensor1D) : undefined,
        scaled ? (scale as tf.Tensor1D) : undefined,
        1e-3
      ),
    // tfjs differentiates it only where both are given.
    by: scaled && moved ? [0, 1, 2, 3, 4] : []
  })
)

const ofLowRank = shape(2, 3).map(
  (shape): Op => ({
    name: `tfjs's batchNorm of [${shape}]`,
    inputs: [{ shape, dtype: "float32" }, ...perChannel(shape.at(-1) as number)],
    f: (x, scale, offset, mean, variance) =>
      tf.batchNorm(
        x as tf.Tensor3D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D
      )
  })
)

const running = map(7, 5).map(
  (shape): Op => ({
    name: `batchNorm of [${shape}] in inference`,
    inputs: [{ shape, dtype: "float32" }, ...perChannel(shape[3])],
    f: (x, scale, offset, mean, variance) =>
      batchNorm({ scale, offset, mean, variance } as Parameters<typeof batchNorm>[0], x as tf.Tensor4D, inference)
  })
)

const trained = (statisticsToo: boolean) =>
  maps.map(
    (shape): Op => ({
      name: `batchNorm of [${shape}] in training${statisticsToo ? ", with statistics" : ""}`,
      inputs: [{ shape, dtype: "float32", domain: (x) => 2 * x + 1 }, ...perChannel(shape[3])],
      f: (x, scale, offset, mean, variance) => {
        const statistics = collectStatistics()
        const p = { scale, offset, mean, variance } as Parameters<typeof batchNorm>[0]
        const y = batchNorm(p, x as tf.Tensor4D, { training: true, key: dropoutKey(key(1)), statistics })
        const [newMean, newVariance] = [mean, variance].map((each) => statistics.updates().get(each) as tf.Tensor)
        return statisticsToo ? [y, newMean, newVariance] : y
      },
      // Nothing is learned through the statistics.
      by: statisticsToo ? [] : [0, 1, 2],
      relative: 1e-4
    })
  )

/** One layer that runs on a map and on what it made of it: both batches tell in its statistics. */
const twice = maps.map(
  (shape): Op => ({
    name: `batchNorm of [${shape}] in training, twice by one layer`,
    inputs: [{ shape, dtype: "float32", domain: (x) => 2 * x + 1 }, ...perChannel(shape[3])],
    f: (x, scale, offset, mean, variance) => {
      const statistics = collectStatistics()
      const p = { scale, offset, mean, variance } as Parameters<typeof batchNorm>[0]
      const mode = { training: true, key: dropoutKey(key(1)), statistics } as const
      const y = batchNorm(p, tf.add(batchNorm(p, x as tf.Tensor4D, mode), 1), mode)
      return [y, ...[mean, variance].map((each) => statistics.updates().get(each) as tf.Tensor)]
    },
    by: [],
    relative: 1e-4
  })
)

const grouped = maps.map(
  ([n, h, w, c]): Op => ({
    name: `groupNorm of [${[n, h, w, 2 * c]}]`,
    inputs: [{ shape: [n, h, w, 2 * c], dtype: "float32" }, ...perChannel(2 * c).slice(0, 2)],
    f: (x, scale, offset) =>
      groupNorm({ scale, offset } as Parameters<typeof groupNorm>[0], x as tf.Tensor4D, { groups: 2, epsilon: 1e-5 }),
    relative: 1e-4
  })
)

const layered = maps.map(
  ([n, h, , c]): Op => ({
    name: `layerNorm of [${[n, h, c + 2]}]`,
    inputs: [{ shape: [n, h, c + 2], dtype: "float32" }, ...perChannel(c + 2).slice(0, 2)],
    f: (x, scale, offset) => layerNorm({ scale, offset } as Parameters<typeof layerNorm>[0], x as tf.Tensor3D),
    relative: 1e-4
  })
)

export const normalization: Ops = [given, grouped, layered, ofLowRank, running, trained(false), trained(true), twice]
