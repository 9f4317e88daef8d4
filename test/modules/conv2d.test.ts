import "@tensorflow/tfjs-backend-cpu"
import { ones, type Tensor4D } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { conv2d, conv2dNoBiasSpec, conv2dSpec } from "../../src/modules/conv2d.ts"
import { countParams, initialize } from "../../src/modules/spec.ts"
import { key } from "../../src/random/index.ts"

const x = (side: number): Tensor4D => ones([1, side, side, 1])
const kernel = (): Tensor4D => ones([3, 3, 1, 1])

it("pads a stride-2 convolution as PyTorch does, on the left as on the right", () => {
  const y = conv2d({ kernel: kernel() }, x(6), { stride: 2 })
  expect(Array.from(y.dataSync())).toEqual([4, 6, 6, 6, 9, 9, 6, 9, 9])
})

it("rounds down what does not fit", () => {
  expect(conv2d({ kernel: kernel() }, x(7), { stride: 2, padding: 0 }).shape).toEqual([1, 3, 3, 1])
  expect(conv2d({ kernel: kernel() }, x(8), { stride: 2, padding: 0 }).shape).toEqual([1, 3, 3, 1])
})

it("adds a bias where there is one", () => {
  const p = initialize(key(1), conv2dSpec({ in: 1, out: 2, kernel: 1 }))
  const [first, second] = conv2d(p, x(1)).dataSync()
  const [k, b] = [p.kernel.dataSync(), p.bias.dataSync()]
  expect(first).toBeCloseTo(k[0] + b[0], 6)
  expect(second).toBeCloseTo(k[1] + b[1], 6)
  expect(countParams(conv2dNoBiasSpec({ in: 3, out: 4, kernel: 7 }))).toBe(3 * 4 * 49)
})
