import "@tensorflow/tfjs-backend-cpu"
import { eye, reshape, reverse, type Tensor3D, tensor1d, tensor3d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { multiHeadAttention, multiHeadAttentionSpec } from "../../src/modules/multiHeadAttention.ts"
import { initialize } from "../../src/modules/spec.ts"
import { key } from "../../src/random/index.ts"
import { noise } from "../support/linearMap.ts"

const identity = (features: number) => {
  const layer = { kernel: eye(features), bias: tensor1d(new Array(features).fill(0)) }
  return { query: layer, key: layer, value: layer, out: layer }
}

/** The same, head by head and token by token. */
const byHand = (x: ReadonlyArray<ReadonlyArray<number>>, heads: number): Array<number> => {
  const depth = x[0].length / heads
  return x.flatMap((query) =>
    query.map((_, feature) => {
      const first = Math.floor(feature / depth) * depth
      const score = (token: ReadonlyArray<number>) =>
        Math.exp(
          Array.from({ length: depth }, (_, i) => query[first + i] * token[first + i]).reduce((a, b) => a + b) /
            Math.sqrt(depth)
        )
      const total = x.reduce((sum, token) => sum + score(token), 0)
      return x.reduce((sum, token) => sum + (score(token) * token[feature]) / total, 0)
    })
  )
}

it("averages the values of all tokens by the softmax of scaled products, head by head", () => {
  const x = [
    [1, 0, 2, -1],
    [0.5, 1, -1, 0.3],
    [2, -1, 0.1, 0.7]
  ]
  const y = multiHeadAttention(identity(4), tensor3d([x]), { heads: 2 })
  expect(y.dataSync()).toBeAllclose(byHand(x, 2), { relative: 1e-6 })
})

it("turns with its tokens: their order is nothing but an order", () => {
  const p = initialize(key(1), multiHeadAttentionSpec({ features: 6 }))
  const x = reshape(noise([2, 1, 5, 6], 1), [2, 5, 6]) as Tensor3D
  const y = multiHeadAttention(p, x, { heads: 3 })
  const turned = multiHeadAttention(p, reverse(x, 1), { heads: 3 })
  expect(turned.dataSync()).toBeAllclose(reverse(y, 1).dataSync(), { relative: 1e-5 })
})
