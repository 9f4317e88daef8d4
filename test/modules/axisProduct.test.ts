import "@tensorflow/tfjs-backend-cpu"
import "../../src/backend/gradients.ts"
import { tensor2d, tensor4d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { axisProduct } from "../../src/modules/axisProduct.ts"
import { expectTransposedGradient } from "../support/linearMap.ts"

const matrix = () =>
  tensor2d([
    [1, 1],
    [0, 2],
    [-1, 0]
  ])

it("applies the matrix to every column or every row", () => {
  const x = tensor4d([1, 10, 2, 20, 3, 30, 4, 40], [1, 2, 2, 2])
  expect(Array.from(axisProduct(x, matrix(), 1).dataSync())).toEqual([4, 40, 6, 60, 6, 60, 8, 80, -1, -10, -2, -20])
  expect(Array.from(axisProduct(x, matrix(), 2).dataSync())).toEqual([3, 30, 4, 40, -1, -10, 7, 70, 8, 80, -3, -30])
})

it("has the transposed matrix as its gradient", () => {
  expectTransposedGradient((x) => axisProduct(x, matrix(), 1), [2, 2, 5, 3])
  expectTransposedGradient((x) => axisProduct(x, matrix(), 2), [2, 5, 2, 3])
})
