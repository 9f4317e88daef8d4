import "@tensorflow/tfjs-backend-cpu"
import { tensor1d, tensor2d, tensor3d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { linear, linearSpec } from "../../src/modules/linear.ts"
import { countParams } from "../../src/modules/spec.ts"

it("maps every token of every item", () => {
  const p = { kernel: tensor2d([1, 0, 2, 1, 0, 3], [2, 3]), bias: tensor1d([0, 10, 100]) }
  const y = linear(p, tensor3d([1, 0, 0, 1, 2, 3, -1, 1], [2, 2, 2]))
  expect(y.shape).toEqual([2, 2, 3])
  expect(y.dataSync()).toBeAllclose([1, 10, 102, 1, 10, 103, 5, 10, 113, 0, 10, 101])
})

it("has a weight for each pair and a bias for each result", () => {
  expect(countParams(linearSpec({ in: 5, out: 3 }))).toBe(18)
})
