import "@tensorflow/tfjs-backend-cpu"
import { memory, ones, scalar, type Tensor } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import type { Loss } from "../../src/losses/loss.ts"
import { weightedSum } from "../../src/losses/weightedSum.ts"

const constant =
  (value: number): Loss =>
  () =>
    scalar(value)

const image = ones([1, 1, 1, 1])
const value = (loss: (x: Tensor, t: Tensor) => Tensor) => loss(image, image).dataSync()[0]

it("adds losses times their weights, be they numbers or tensors", () => {
  expect(
    value(
      weightedSum([
        [1, constant(2)],
        [0.5, constant(3)],
        [scalar(0.25), constant(4)]
      ])
    )
  ).toBe(4.5)
})

it("does not compute what weighs nothing", () => {
  const never: Loss = () => {
    throw new Error("computed")
  }
  expect(
    value(
      weightedSum([
        [0, never],
        [1, constant(2)]
      ])
    )
  ).toBe(2)
  expect(value(weightedSum([]))).toBe(0)
})

it("leaves its value behind and nothing else", () => {
  const before = memory().numTensors
  weightedSum([
    [1, constant(2)],
    [2, constant(3)]
  ])(image, image).dispose()
  expect(memory().numTensors).toBe(before)
})
