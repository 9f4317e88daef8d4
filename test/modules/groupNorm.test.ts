import "@tensorflow/tfjs-backend-cpu"
import "../../src/backend/gradients.ts"
import { grad, mul, sum, tensor1d, tensor4d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { groupNorm, groupNormSpec } from "../../src/modules/groupNorm.ts"
import { initialize } from "../../src/modules/spec.ts"
import { key } from "../../src/random/index.ts"

const params = (channels: number) => initialize(key(1), groupNormSpec(channels))

it("normalises each image over the pixels and channels of a group", () => {
  // Two images of one row of two pixels, four channels in two groups of (1, 3, 5, 7) + 10 i and a constant.
  const x = tensor4d([1, 3, 9, 9, 5, 7, 9, 9, 11, 13, 4, 4, 15, 17, 4, 4], [2, 1, 2, 4])
  const d = Math.sqrt(5 + 1e-5)
  const image = [-3 / d, -1 / d, 0, 0, 1 / d, 3 / d, 0, 0]
  expect(groupNorm(params(4), x, { groups: 2 }).dataSync()).toBeAllclose([...image, ...image], { relative: 1e-5 })
})

it("scales and shifts each channel by its own parameters", () => {
  const p = { scale: tensor1d([2, 3]), offset: tensor1d([10, 20]) }
  const x = tensor4d([-1, -1, 1, 1], [1, 1, 2, 2])
  const y = groupNorm(p, x, { groups: 2, epsilon: 0 })
  expect(y.dataSync()).toBeAllclose([8, 17, 12, 23])
})

it("takes epsilon as an option", () => {
  const y = groupNorm(params(1), tensor4d([-1, 1], [1, 1, 2, 1]), { groups: 1, epsilon: 3 })
  expect(y.dataSync()).toBeAllclose([-0.5, 0.5])
})

it("lets no gradient through a shift or a stretch of a group", () => {
  const x = tensor4d([0.3, -1, 2, 0.5, 1, -2, 0.7, 0.1], [1, 2, 2, 2])
  const weights = tensor4d([1, 2, 3, 4, 5, 6, 7, 9], [1, 2, 2, 2])
  const dx = grad((input) => sum(mul(groupNorm(params(2), input as typeof x, { groups: 1, epsilon: 0 }), weights)))(x)
  expect(sum(dx).dataSync()[0]).toBeCloseTo(0, 5)
  expect(sum(mul(dx, x)).dataSync()[0]).toBeCloseTo(0, 5)
})
