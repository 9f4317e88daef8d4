import "@tensorflow/tfjs-backend-cpu"
import { memory, mul, tensor1d, tidy } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { batchNormSpec } from "../../src/modules/batchNorm.ts"
import { disposeParams, leaves, mapLeaves, weightsOf } from "../../src/modules/params.ts"
import { initialize } from "../../src/modules/spec.ts"
import { key } from "../../src/random/index.ts"

const tree = () => ({ a: tensor1d([1]), b: [{ c: tensor1d([2]) }, { c: tensor1d([3]) }] })

it("lists the tensors of a tree by path", () => {
  expect(leaves(tree()).map(([path, tensor]) => [path, tensor.dataSync()[0]])).toEqual([
    ["a", 1],
    ["b.0.c", 2],
    ["b.1.c", 3]
  ])
})

it("replaces every tensor and keeps the form of the tree", () => {
  const doubled = tidy(() => mapLeaves(tree(), (tensor) => mul(tensor, 2)))
  expect(doubled.b[1].c.dataSync()[0]).toBe(6)
  expect(Array.isArray(doubled.b)).toBe(true)
})

it("tells learned tensors from running statistics", () => {
  const spec = { norm: batchNormSpec(2) }
  const params = initialize(key(1), spec)
  expect(weightsOf(spec, params)).toEqual({ "norm.scale": params.norm.scale, "norm.offset": params.norm.offset })
})

it("frees a whole tree", () => {
  const before = memory().numTensors
  disposeParams(tree())
  expect(memory().numTensors).toBe(before)
})
