import "@tensorflow/tfjs-backend-cpu"
import { memory, type Tensor, tensor1d, tidy } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { collectStatistics } from "../../src/modules/mode.ts"

const numbers = (tensor: Tensor | undefined) => [...(tensor?.dataSync() ?? [])]

it("blends what batches show of each statistic, one after the other", () => {
  const [mean, variance, other] = [tensor1d([1, 2]), tensor1d([4]), tensor1d([8])]
  const statistics = collectStatistics()
  statistics.observe(mean, tensor1d([10, 20]), { keep: 0.5, take: 0.5 })
  statistics.observe(variance, tensor1d([100]), { keep: 0.5, take: 1 })
  statistics.observe(mean, tensor1d([1, 0]), { keep: 1, take: 2 })
  expect(numbers(statistics.updates().get(mean))).toEqual([7.5, 11])
  expect(numbers(statistics.updates().get(variance))).toEqual([102])
  expect(statistics.updates().has(other)).toBe(false)
  expect(collectStatistics().updates().size).toBe(0)
})

it("goes on from what was asked for before, and leaves what it is given", () => {
  const [mean, batch] = [tensor1d([1]), tensor1d([3])]
  const { observe, updates } = collectStatistics()
  observe(mean, batch, { keep: 0.5, take: 0.5 })
  const early = updates()
  observe(mean, batch, { keep: 0.5, take: 0.5 })
  expect(numbers(updates().get(mean))).toEqual([2.5])
  expect([numbers(early.get(mean)), numbers(batch)]).toEqual([[2], [3]])
})

it("keeps what is collected inside a tidy until it is disposed of, read or not", () => {
  const mean = tensor1d([1])
  const before = memory().numTensors
  const collected = () => {
    const statistics = collectStatistics()
    tidy(() => {
      for (const value of [2, 3, 4]) statistics.observe(mean, tensor1d([value]), { keep: 0, take: 1 })
    })
    return statistics
  }
  const [read, unread] = [collected(), collected()]
  tidy(() => {
    expect(read.updates().size).toBe(1)
  })
  expect(numbers(read.updates().get(mean))).toEqual([4])
  expect(memory().numTensors).toBe(before + 1 + 3)
  read.dispose()
  unread.dispose()
  expect(memory().numTensors).toBe(before)
})
