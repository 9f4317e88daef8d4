import "@tensorflow/tfjs-backend-cpu"
import { relu, zeros } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { conv2d, conv2dSpec } from "../../../src/modules/conv2d.ts"
import { InputShapeError } from "../../../src/modules/errors.ts"
import { inference } from "../../../src/modules/mode.ts"
import { defineNetwork, type Network } from "../../../src/modules/networks/network.ts"
import { countParams, initialize } from "../../../src/modules/spec.ts"
import { key } from "../../../src/random/index.ts"

const twoLayers = (width: number) =>
  defineNetwork({
    name: "twoLayers",
    config: { width },
    spec: {
      inner: conv2dSpec({ in: 1, out: width, kernel: 3 }),
      outer: conv2dSpec({ in: width, out: 1, kernel: 1 })
    },
    check: (shape) => {
      if (shape[3] !== 1) throw new InputShapeError({ of: "twoLayers", found: shape, expected: "one channel" })
    },
    forward: (p, x) => ({ logits: conv2d(p.outer, relu(conv2d(p.inner, x))) })
  })

it("runs a network of one's own, also where only its interface is known", () => {
  const network: Network = twoLayers(4)
  const params = initialize(key(1), network.spec)
  expect(network.forward(params, zeros([2, 6, 5, 1]), inference).logits.shape).toEqual([2, 6, 5, 1])
  expect(countParams(network.spec)).toBe(4 * 9 + 4 + 4 + 1)
})

it("checks the shape before the forward pass", () => {
  const network = twoLayers(4)
  const params = initialize(key(1), network.spec)
  expect(() => network.forward(params, zeros([2, 6, 5, 3]), inference)).toThrow(
    "twoLayers cannot take an input of shape [2, 6, 5, 3]: one channel"
  )
})
