import "@tensorflow/tfjs-backend-cpu"
import "../../src/backend/gradients.ts"
import { tensor1d, tensor4d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { initialize } from "../../src/modules/spec.ts"
import { transposedConv2d, transposedConv2dSpec } from "../../src/modules/transposedConv2d.ts"
import { key } from "../../src/random/index.ts"
import { expectTransposedGradient } from "../support/linearMap.ts"

const ramp = (side: number, bias = 0) => ({
  kernel: tensor4d(
    Array.from({ length: side * side }, (_, i) => i + 1),
    [side, side, 1, 1]
  ),
  bias: tensor1d([bias])
})
const one = () => tensor4d([1], [1, 1, 1, 1])

it("stamps its kernel, scaled, where each pixel was", () => {
  const y = transposedConv2d(ramp(2, 10), tensor4d([1, 2], [1, 1, 2, 1]))
  expect(y.shape).toEqual([1, 2, 4, 1])
  expect(y.dataSync()).toBeAllclose([11, 12, 12, 14, 13, 14, 16, 18])
})

it("crops by the padding and adds rows and columns at the end by the output padding, as PyTorch", () => {
  expect(transposedConv2d(ramp(3), one(), { padding: 1, outputPadding: 1 }).dataSync()).toBeAllclose([5, 6, 8, 9])
  expect(transposedConv2d(ramp(3), one(), { padding: 1 }).dataSync()).toBeAllclose([5])
  expect(transposedConv2d(ramp(4), one(), { padding: 1 }).dataSync()).toBeAllclose([6, 7, 10, 11])
})

it("crops at the end only for the padding called same, as Keras", () => {
  expect(transposedConv2d(ramp(3), one(), { padding: "same" }).dataSync()).toBeAllclose([1, 2, 4, 5])
})

it("has a gradient in each of its geometries", () => {
  const p = { ...initialize(key(1), transposedConv2dSpec({ in: 3, out: 2, kernel: 3 })), bias: tensor1d([0, 0]) }
  for (const options of [{}, { padding: 1, outputPadding: 1 }, { padding: "same" }, { stride: 3 }] as const) {
    expectTransposedGradient((x) => transposedConv2d(p, x, options), [2, 4, 3, 3])
  }
})
