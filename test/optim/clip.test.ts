import "@tensorflow/tfjs-backend-cpu"
import { memory, scalar, tensor1d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import {
  clipByGlobalNorm,
  clipByValue,
  type GradientTransform,
  globalNorm,
  transformGradients
} from "../../src/optim/clip.ts"
import { sgd } from "../../src/optim/sgd.ts"

const gradients = { a: tensor1d([3, 0]), b: scalar(-4) }

it("takes the norm of all gradients together", () => {
  expect(globalNorm(gradients).dataSync()[0]).toBeCloseTo(5, 6)
})

it("shortens all gradients by one factor to the limit, a number or a tensor", () => {
  for (const limit of [1, scalar(1)]) {
    const clipped = clipByGlobalNorm(limit)(gradients)
    expect(clipped.a.dataSync()).toBeAllclose([0.6, 0], { relative: 1e-6 })
    expect(clipped.b.dataSync()).toBeAllclose([-0.8], { relative: 1e-6 })
  }
})

it("leaves gradients within the limit as they are", () => {
  expect(clipByGlobalNorm(6)(gradients).b.dataSync()[0]).toBe(-4)
  expect(clipByGlobalNorm(1)({ a: scalar(0) }).a.dataSync()[0]).toBe(0)
})

it("clips each element by value", () => {
  const clipped = clipByValue(2)(gradients)
  expect([...clipped.a.dataSync(), ...clipped.b.dataSync()]).toEqual([2, 0, -2])
})

it("gives an optimiser the transformed gradients and leaves nothing behind", () => {
  const optimizer = transformGradients(sgd({ momentum: 0.5 }), clipByValue(1))
  const weights = { w: scalar(0) }
  const state = optimizer.init(weights)
  const gradient = { w: scalar(10) }
  const before = memory().numTensors
  const next = optimizer.update({ weights, gradients: gradient, state, learningRate: 1 })
  expect(next.weights.w.dataSync()[0]).toBe(-1)
  expect(memory().numTensors).toBe(before + 2)
})

it("says what it is made of as plain data, with optimisers that do", () => {
  const clipped = (transform: GradientTransform) => transformGradients(sgd({ momentum: 0.5 }), transform).described
  const optimizer = { name: "sgd", momentum: 0.5, weightDecay: 0 }
  expect(clipped(clipByValue(1))).toMatchObject({ transform: { name: "clipByValue", limit: 1 }, optimizer })
  expect(clipped(clipByGlobalNorm(scalar(1)))).toMatchObject({ transform: { limit: "tensor" }, optimizer })
  expect(clipped((all) => all)).toMatchObject({ transform: undefined, optimizer })
})
