import "@tensorflow/tfjs-backend-cpu"
import { memory, scalar, type Tensor, tensor1d, tensor2d, train, variable } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { adam, adamW } from "../../src/optim/adam.ts"
import type { Optimizer, OptimizerState } from "../../src/optim/optimizer.ts"

const GRADIENTS = [
  [1, -2, 1e-3],
  [0.5, 0.5, 0],
  [-3, 0.25, 1e-3],
  [0, 0, -1]
]

const trajectory = <State extends OptimizerState>(optimizer: Optimizer<State>, learningRate: number) => {
  const start: { readonly [name: string]: Tensor } = { w: tensor1d([1, 2, -1]) }
  let now = { weights: start, state: optimizer.init(start) }
  return GRADIENTS.map((gradient) => {
    now = optimizer.update({ ...now, gradients: { w: tensor1d(gradient) }, learningRate })
    return Array.from(now.weights.w.dataSync())
  })
}

/** Adam as its paper states it, in double precision. */
const reference = (learningRate: number, decay: { readonly coupled: number; readonly decoupled: number }) => {
  const w = [1, 2, -1]
  const [m, s] = [w.map(() => 0), w.map(() => 0)]
  return GRADIENTS.map((gradient, step) => {
    gradient.forEach((value, i) => {
      const g = value + decay.coupled * w[i]
      m[i] = 0.9 * m[i] + 0.1 * g
      s[i] = 0.999 * s[i] + 0.001 * g * g
      const direction = m[i] / (1 - 0.9 ** (step + 1)) / (Math.sqrt(s[i] / (1 - 0.999 ** (step + 1))) + 1e-8)
      w[i] -= learningRate * (direction + decay.decoupled * w[i])
    })
    return [...w]
  })
}

it("takes the steps of tfjs's Adam", () => {
  const theirs = variable(tensor1d([1, 2, -1]), true, "adam-reference")
  const optimizer = train.adam(0.1, 0.9, 0.999, 1e-8)
  const expected = GRADIENTS.map((gradient) => {
    optimizer.applyGradients([{ name: "adam-reference", tensor: tensor1d(gradient) }])
    return Array.from(theirs.dataSync())
  })
  expect(trajectory(adam(), 0.1).flat()).toBeAllclose(expected.flat(), { relative: 2e-5 })
})

it("follows its paper to float32's precision, from the first step on", () => {
  const expected = reference(0.1, { coupled: 0, decoupled: 0 })
  expect(trajectory(adam(), 0.1).flat()).toBeAllclose(expected.flat(), { relative: 2e-7 })
})

it("adds weight decay to the gradient, where AdamW keeps it apart", () => {
  const coupled = reference(0.1, { coupled: 0.3, decoupled: 0 })
  const decoupled = reference(0.1, { coupled: 0, decoupled: 0.3 })
  expect(trajectory(adam({ weightDecay: 0.3 }), 0.1).flat()).toBeAllclose(coupled.flat(), { relative: 3e-7 })
  expect(trajectory(adamW({ weightDecay: 0.3 }), 0.1).flat()).toBeAllclose(decoupled.flat(), { relative: 3e-7 })
})

it("decays by 0.01 unless told otherwise as AdamW, and not at all as Adam", () => {
  expect(trajectory(adamW(), 0.1)).toEqual(trajectory(adamW({ weightDecay: 0.01 }), 0.1))
  expect(trajectory(adam(), 0.1)).toEqual(trajectory(adam({ weightDecay: 0 }), 0.1))
})

it("makes three tensors for each weight and two for the corrections, and frees the rest", () => {
  const optimizer = adamW()
  const weights = { a: tensor2d([[1]]), b: tensor2d([[2], [2]]) }
  const state = optimizer.init(weights)
  const gradients = { a: tensor2d([[1]]), b: tensor2d([[1], [1]]) }
  const before = memory().numTensors
  optimizer.update({ weights, gradients, state, learningRate: scalar(0.1) }).weights.a.dispose()
  expect(memory().numTensors).toBe(before + 1 + 3 * 2 + 2 - 1)
})

it("refuses the state of other weights, which would be broadcast", () => {
  const optimizer = adam()
  const [weights, gradients] = [{ w: tensor1d([1, 2]) }, { w: tensor1d([1, 2]) }]
  const state = optimizer.init({ w: scalar(1) })
  expect(() => optimizer.update({ weights, gradients, state, learningRate: 1 })).toThrow(
    '"w": the state has nothing of it in this shape'
  )
})
