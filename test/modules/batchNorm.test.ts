import "@tensorflow/tfjs-backend-cpu"
import "../../src/backend/gradients.ts"
import { grad, mul, scalar, sum, type Tensor1D, tensor1d, tensor4d, tidy } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { batchNorm, batchNormSpec } from "../../src/modules/batchNorm.ts"
import { collectStatistics, inference } from "../../src/modules/mode.ts"
import { initialize } from "../../src/modules/spec.ts"
import { key } from "../../src/random/index.ts"

const x = () => tensor4d([1, 2, 3, 6], [1, 2, 2, 1])

it("is the identity at initialisation in inference, up to eps", () => {
  const y = batchNorm(initialize(key(0), batchNormSpec(1)), x(), inference)
  expect(y.dataSync()).toBeAllclose([1, 2, 3, 6], { relative: 1e-5 })
})

it("normalises by the batch in training and emits the unbiased running variance", () => {
  const p = initialize(key(0), batchNormSpec(1))
  const statistics = collectStatistics()
  const y = tidy(() => batchNorm(p, x(), { training: true, key: tensor1d([]), statistics }))
  const deviation = Math.sqrt(3.5 + 1e-5)
  expect(y.dataSync()).toBeAllclose([-2 / deviation, -1 / deviation, 0, 3 / deviation], { relative: 1e-6 })
  const updated = (statistic: Tensor1D) => statistics.updates.get(statistic)?.dataSync()[0]
  expect(updated(p.mean)).toBeCloseTo(0.3, 6)
  expect(updated(p.variance)).toBeCloseTo(0.9 + (0.1 * 14) / 3, 6)
})

it("lets no gradient through a shift of the batch", () => {
  const p = initialize(key(0), batchNormSpec(1))
  const loss = (input: ReturnType<typeof x>) =>
    sum(mul(batchNorm(p, input, { training: true, key: tensor1d([]), statistics: collectStatistics() }), scalar(3)))
  expect(grad(loss as never)(x()).dataSync()).toBeAllclose([0, 0, 0, 0], { absolute: 1e-5 })
})

it("normalises a single value per channel by the running statistics and leaves them", () => {
  const p = { ...initialize(key(0), batchNormSpec(2)), mean: tensor1d([1, 2]), variance: tensor1d([4, 9]) }
  const statistics = collectStatistics()
  const y = batchNorm(p, tensor4d([3, 5], [1, 1, 1, 2]), { training: true, key: tensor1d([]), statistics })
  expect(y.dataSync()).toBeAllclose([1, 1], { relative: 1e-5 })
  expect(statistics.updates.size).toBe(0)
})
