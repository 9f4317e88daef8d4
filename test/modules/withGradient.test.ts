import "@tensorflow/tfjs-backend-cpu"
import "../../src/backend/gradients.ts"
import { grad, memory, mul, square, sum, type Tensor, type Tensor4D, tensor4d, tidy } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { withGradient } from "../../src/modules/withGradient.ts"

const x = () => tensor4d([1, 2, 3], [1, 1, 3, 1])

const squaredAsIfCubed = (input: Tensor4D) => withGradient(input, square, (dy, saved) => mul(mul(square(saved), 3), dy))

it("computes the value and takes the gradient that it is given", () => {
  expect(Array.from(squaredAsIfCubed(x()).dataSync())).toEqual([1, 4, 9])
  const gradient = grad((input: Tensor) => sum(mul(squaredAsIfCubed(input as Tensor4D), 2)))(x())
  expect(Array.from(gradient.dataSync())).toEqual([6, 24, 54])
})

it("leaves no tensor behind", () => {
  const input = x()
  const before = memory().numTensors
  tidy(() => {
    squaredAsIfCubed(input)
    grad((y: Tensor) => sum(squaredAsIfCubed(y as Tensor4D)))(input)
  })
  expect(memory().numTensors).toBe(before)
})

it("leaves no tensor behind when its value throws", () => {
  const input = x()
  const before = memory().numTensors
  const failing = (y: Tensor) =>
    withGradient(
      y as Tensor4D,
      () => {
        throw new Error("out of memory")
      },
      (dy) => dy
    )
  expect(() => grad((y: Tensor) => sum(failing(y)))(input)).toThrow("out of memory")
  expect(memory().numTensors).toBe(before)
})
