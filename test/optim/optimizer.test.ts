import "@tensorflow/tfjs-backend-cpu"
import { scalar, tensor1d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { checkGradients, checkMemory, OptimizerError } from "../../src/optim/optimizer.ts"

const weights = { a: scalar(1), b: tensor1d([1, 2]) }

it("gradients and memory of the same names and shapes belong to the weights, in whatever order", () => {
  const others = { b: tensor1d([0, 0]), a: scalar(0) }
  expect(() => checkGradients(weights, others)).not.toThrow()
  expect(() => checkMemory(weights, others)).not.toThrow()
})

it("memory that lacks a weight, or has another shape of it, does not", () => {
  expect(() => checkMemory(weights, { a: scalar(0) })).toThrow('"b": the state has nothing of it in this shape')
  expect(() => checkMemory(weights, { a: scalar(0), b: tensor1d([0]) })).toThrow(OptimizerError)
})
