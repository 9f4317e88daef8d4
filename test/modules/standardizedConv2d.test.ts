import "@tensorflow/tfjs-backend-cpu"
import { add, mul, tensor4d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { conv2dNoBiasSpec } from "../../src/modules/conv2d.ts"
import { initialize } from "../../src/modules/spec.ts"
import { standardizedConv2d } from "../../src/modules/standardizedConv2d.ts"
import { key } from "../../src/random/index.ts"
import { noise } from "../support/linearMap.ts"

it("convolves by a kernel of mean 0 and biased variance 1", () => {
  const kernel = tensor4d([1, 3], [1, 1, 2, 1])
  const y = standardizedConv2d({ kernel }, tensor4d([10, 1], [1, 1, 1, 2]))
  expect(y.dataSync()).toBeAllclose([(1 - 10) / Math.sqrt(1 + 1e-5)], { relative: 1e-6 })
})

it("does not feel a shift or a stretch of its kernel", () => {
  const { kernel } = initialize(key(1), conv2dNoBiasSpec({ in: 3, out: 4, kernel: 3 }))
  const x = noise([1, 6, 5, 3], 1)
  const moved = { kernel: add(mul(kernel, 7), 5) as typeof kernel }
  const y = standardizedConv2d({ kernel }, x, { stride: 2 })
  expect(y.shape).toEqual([1, 3, 3, 4])
  expect(standardizedConv2d(moved, x, { stride: 2 }).dataSync()).toBeAllclose(y.dataSync(), { relative: 1e-3 })
})
