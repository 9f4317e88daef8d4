import "@tensorflow/tfjs-backend-cpu"
import { expect, it } from "vitest"
import { doubleConv, doubleConvSpec } from "../../src/modules/doubleConv.ts"
import { inference } from "../../src/modules/mode.ts"
import { countParams, initialize } from "../../src/modules/spec.ts"
import { key } from "../../src/random/index.ts"
import { noise } from "../support/linearMap.ts"

it("goes through its middle channels, and ends in a ReLU", () => {
  const spec = doubleConvSpec({ in: 2, middle: 5, out: 3, bias: false })
  const y = doubleConv(initialize(key(1), spec), noise([2, 4, 3, 2], 1), inference)
  expect(y.shape).toEqual([2, 4, 3, 3])
  expect(Math.min(...y.dataSync())).toBe(0)
})

it("has biases beside those of its norms where they are asked for", () => {
  const count = (bias: boolean) => countParams(doubleConvSpec({ in: 2, middle: 5, out: 3, bias }))
  expect(count(false)).toBe(2 * 9 * 5 + 2 * 5 + 5 * 9 * 3 + 2 * 3)
  expect(count(true) - count(false)).toBe(5 + 3)
})
