import "@tensorflow/tfjs-backend-cpu"
import "../../src/backend/gradients.ts"
import { conv2d as convolve, type Rank, tensor1d, zeros } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { conv2dNoBiasSpec } from "../../src/modules/conv2d.ts"
import { dilatedConv2d } from "../../src/modules/dilatedConv2d.ts"
import { initialize } from "../../src/modules/spec.ts"
import { key } from "../../src/random/index.ts"
import { expectTransposedGradient, noise } from "../support/linearMap.ts"

it("is the convolution by a kernel with holes, whatever the size", () => {
  const p = initialize(key(1), conv2dNoBiasSpec({ in: 3, out: 2, kernel: 3 }))
  for (const [dilation, height, width] of [
    [1, 4, 5],
    [2, 7, 4],
    [3, 14, 11],
    [5, 6, 6],
    [5, 1, 2]
  ]) {
    const x = noise([2, height, width, 3], 1)
    const expected = convolve(x, p.kernel, 1, "same", "NHWC", dilation)
    const y = dilatedConv2d(p, x, { dilation })
    expect(y.shape).toEqual(expected.shape)
    expect(y.dataSync()).toBeAllclose(expected.dataSync(), { relative: 1e-6 })
  }
})

it("adds its bias to every pixel", () => {
  const p = { kernel: zeros<Rank.R4>([3, 3, 1, 2]), bias: tensor1d([3, 4]) }
  expect(dilatedConv2d(p, noise([1, 1, 3, 1], 1), { dilation: 2 }).dataSync()).toBeAllclose([3, 4, 3, 4, 3, 4])
})

it("has a gradient, which tfjs's own dilated convolution has not", () => {
  const p = initialize(key(1), conv2dNoBiasSpec({ in: 3, out: 2, kernel: 3 }))
  expectTransposedGradient((x) => dilatedConv2d(p, x, { dilation: 3 }), [2, 7, 5, 3])
})
