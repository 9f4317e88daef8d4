import "@tensorflow/tfjs-backend-cpu"
import "../../src/backend/gradients.ts"
import {
  engine,
  grad,
  grads,
  mul,
  type Scalar,
  scalar,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  tensor1d,
  tensor4d,
  tidy
} from "@tensorflow/tfjs-core"
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
  const updated = (statistic: Tensor1D) => statistics.updates().get(statistic)?.dataSync()[0]
  expect(updated(p.mean)).toBeCloseTo(0.3, 6)
  expect(updated(p.variance)).toBeCloseTo(0.9 + (0.1 * 14) / 3, 6)
})

it("lets no gradient through a shift of the batch", () => {
  const p = initialize(key(0), batchNormSpec(1))
  const loss = (input: ReturnType<typeof x>) =>
    sum(mul(batchNorm(p, input, { training: true, key: tensor1d([]), statistics: collectStatistics() }), scalar(3)))
  expect(grad(loss as never)(x()).dataSync()).toBeAllclose([0, 0, 0, 0], { absolute: 1e-5 })
})

const training = { training: true, key: tensor1d([]) } as const

it("is differentiated as its formula is, by map, scale and offset, also far from zero", () => {
  const weights = tensor4d([1, -2, 3, 0.5, -1, 2, 4, 1], [2, 1, 2, 2])
  const loss = (map: Tensor, scale: Tensor, offset: Tensor) => {
    const p = { ...initialize(key(0), batchNormSpec(2)), scale: scale as Tensor1D, offset: offset as Tensor1D }
    const y = batchNorm(p, map as Tensor4D, { ...training, statistics: collectStatistics() })
    return sum<Scalar>(mul(y, weights))
  }
  const at: ReadonlyArray<ReadonlyArray<number>> = [
    [1, 102, 3, 106, 2, 101, -4, 103],
    [2, -1],
    [0.5, 3]
  ]
  const lossAt = (values: ReadonlyArray<ReadonlyArray<number>>) =>
    loss(tensor4d([...values[0]], [2, 1, 2, 2]), tensor1d([...values[1]]), tensor1d([...values[2]])).dataSync()[0]
  const found = grads(loss)([tensor4d([...at[0]], [2, 1, 2, 2]), tensor1d([...at[1]]), tensor1d([...at[2]])])
  for (const [which, gradient] of found.entries()) {
    const slopes = at[which].map((value, i) => {
      const moved = (by: number) => lossAt(at.map((all, j) => (j === which ? all.with(i, value + by) : all)))
      return (moved(1 / 64) - moved(-1 / 64)) * 32
    })
    expect(gradient.dataSync()).toBeAllclose(slopes, { absolute: 2e-3 })
  }
})

it("keeps no map for its gradient but the one that it is given", () => {
  const p = initialize(key(0), batchNormSpec(1))
  const input = x()
  const kept = new Set<object>()
  const loss = (map: Tensor) => {
    const y = batchNorm(p, map as Tensor4D, { ...training, statistics: collectStatistics() })
    const saved = (engine().state.activeTape ?? []).flatMap((node) => node.saved ?? [])
    for (const { size, dataId } of saved) if (size === map.size) kept.add(dataId)
    return sum(y)
  }
  grad(loss)(input)
  expect([...kept]).toEqual([input.dataId])
})

it("normalises a single value per channel by the running statistics and leaves them", () => {
  const p = { ...initialize(key(0), batchNormSpec(2)), mean: tensor1d([1, 2]), variance: tensor1d([4, 9]) }
  const statistics = collectStatistics()
  const y = batchNorm(p, tensor4d([3, 5], [1, 1, 1, 2]), { training: true, key: tensor1d([]), statistics })
  expect(y.dataSync()).toBeAllclose([1, 1], { relative: 1e-5 })
  expect(statistics.updates().size).toBe(0)
})
