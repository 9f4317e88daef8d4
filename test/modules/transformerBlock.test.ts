import "@tensorflow/tfjs-backend-cpu"
import { reshape, type Tensor3D, zerosLike } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { dropoutKey } from "../../src/modules/dropout.ts"
import { collectStatistics, inference, type Mode } from "../../src/modules/mode.ts"
import { mapLeaves } from "../../src/modules/params.ts"
import { initialize } from "../../src/modules/spec.ts"
import { transformerBlock, transformerBlockSpec } from "../../src/modules/transformerBlock.ts"
import { key } from "../../src/random/index.ts"
import { noise } from "../support/linearMap.ts"

const options = { heads: 2, dropout: 0.5, purpose: "block" }
const spec = transformerBlockSpec({ features: 4, hidden: 6 })
const x = () => reshape(noise([2, 1, 3, 4], 1), [2, 3, 4]) as Tensor3D

it("is the identity where both branches are silent", () => {
  const silent = mapLeaves(initialize(key(1), spec), (tensor, path) =>
    /^(attention\.out|contract)\./.test(path) ? zerosLike(tensor) : tensor
  )
  expect(transformerBlock(silent, x(), inference, options).dataSync()).toBeAllclose(x().dataSync())
})

it("drops by the key of the step in training, and not at all in inference", () => {
  const p = initialize(key(1), spec)
  const run = (mode: Mode) => [...transformerBlock(p, x(), mode, options).dataSync()]
  const training = (seed: number) =>
    run({ training: true, key: dropoutKey(key(seed)), statistics: collectStatistics() })
  expect(training(1)).toEqual(training(1))
  expect(training(1)).not.toEqual(training(2))
  expect(run(inference)).not.toEqual(training(1))
})

it("starts its perceptron Xavier uniform with biases near zero", () => {
  const p = initialize(key(1), transformerBlockSpec({ features: 60, hidden: 90 }))
  const bound = Math.sqrt(6 / 150)
  const largest = Math.max(...p.expand.kernel.dataSync().map(Math.abs))
  expect(largest).toBeLessThanOrEqual(bound)
  expect(largest).toBeGreaterThan(0.99 * bound)
  expect(Math.max(...p.contract.bias.dataSync().map(Math.abs))).toBeLessThan(1e-5)
})
