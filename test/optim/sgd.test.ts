import "@tensorflow/tfjs-backend-cpu"
import { memory, scalar, type Tensor, tensor1d, tensor2d, train, variable } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { OptimizerError } from "../../src/optim/optimizer.ts"
import { sgd } from "../../src/optim/sgd.ts"

const value = (tensor: Tensor) => tensor.dataSync()[0]

it("decays by the weight, gathers velocity from zero, and moves by the rate times the velocity", () => {
  const optimizer = sgd({ momentum: 0.9, weightDecay: 0.1 })
  const weights = { w: scalar(2) }
  const first = optimizer.update({
    weights,
    gradients: { w: scalar(1) },
    state: optimizer.init(weights),
    learningRate: 0.5
  })
  expect(value(first.state.velocity.w)).toBeCloseTo(1.2, 6)
  expect(value(first.weights.w)).toBeCloseTo(1.4, 6)
  const second = optimizer.update({ ...first, gradients: { w: scalar(-1) }, learningRate: scalar(0.25) })
  expect(value(second.state.velocity.w)).toBeCloseTo(0.9 * 1.2 - 1 + 0.14, 6)
  expect(value(second.weights.w)).toBeCloseTo(1.4 - 0.25 * 0.22, 6)
})

it("takes the steps of tfjs's momentum optimiser", () => {
  const gradients = [
    [1, -2],
    [0.5, 0.5],
    [-3, 0.25]
  ].map((g) => ({ w: tensor1d(g) }))
  const theirs = variable(tensor1d([1, 2]), true, "momentum-reference")
  const reference = train.momentum(0.1, 0.9)
  const optimizer = sgd({ momentum: 0.9 })
  const start = { w: tensor1d([1, 2]) }
  let ours = { weights: start as { readonly [name: string]: Tensor }, state: optimizer.init(start) }
  for (const gradient of gradients) {
    reference.applyGradients([{ name: "momentum-reference", tensor: gradient.w }])
    ours = optimizer.update({ ...ours, gradients: gradient, learningRate: 0.1 })
    expect(ours.weights.w.dataSync()).toBeAllclose(theirs.dataSync())
  }
})

it("remembers nothing without momentum", () => {
  const optimizer = sgd()
  const weights = { w: scalar(1) }
  const state = optimizer.init(weights)
  const next = optimizer.update({ weights, gradients: { w: scalar(2) }, state, learningRate: 0.1 })
  expect(next.state).toEqual({ velocity: {} })
  expect(value(next.weights.w)).toBeCloseTo(0.8, 6)
})

it("leaves its arguments as they are and makes two tensors for each weight", () => {
  const optimizer = sgd({ momentum: 0.9, weightDecay: 1 })
  const weights = { a: tensor2d([[1]]), b: tensor2d([[2], [2]]) }
  const gradients = { a: tensor2d([[3]]), b: tensor2d([[4], [4]]) }
  const state = optimizer.init(weights)
  const before = memory().numTensors
  optimizer.update({ weights, gradients, state, learningRate: 1 })
  expect(memory().numTensors).toBe(before + 4)
  expect([weights.a, weights.b, gradients.a, state.velocity.b].map(value)).toEqual([1, 2, 3, 0])
})

it.each([
  ["a weight without a gradient", {}, '"w": this weight has no gradient'],
  ["a gradient of another shape", { w: tensor1d([1]) }, '"w": a gradient of shape [1] for a weight of shape []'],
  ["a gradient without a weight", { w: scalar(1), x: scalar(1) }, '"x": a gradient for a weight that is not there']
])("refuses %s", (_, gradients, message) => {
  const optimizer = sgd()
  const weights = { w: scalar(1) }
  const update = () => optimizer.update({ weights, gradients, state: { velocity: {} }, learningRate: 1 })
  expect(update).toThrow(OptimizerError)
  expect(update).toThrow(message)
})

it("refuses the state of other weights, which would be broadcast", () => {
  const optimizer = sgd({ momentum: 0.9 })
  const [weights, gradients] = [{ w: tensor1d([1, 2]) }, { w: tensor1d([1, 2]) }]
  for (const others of [{ w: scalar(1) }, { v: tensor1d([1, 2]) }]) {
    const update = () => optimizer.update({ weights, gradients, state: optimizer.init(others), learningRate: 1 })
    expect(update).toThrow(OptimizerError)
    expect(update).toThrow('"w": the state has nothing of it in this shape')
  }
})
