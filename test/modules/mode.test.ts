import "@tensorflow/tfjs-backend-cpu"
import { memory, tensor1d, tidy } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { collectStatistics } from "../../src/modules/mode.ts"

it("reads a statistic itself until something is written for it", () => {
  const mean = tensor1d([1])
  const { read, write, updates } = collectStatistics()
  expect(read(mean)).toBe(mean)
  const next = tensor1d([2])
  write(mean, next)
  expect(read(mean)).toBe(next)
  expect(updates.get(mean)).toBe(next)
})

it("keeps what is written inside a tidy, and only the newest value of each statistic", () => {
  const mean = tensor1d([1])
  const before = memory().numTensors
  const { read, write, updates } = collectStatistics()
  tidy(() => {
    for (const value of [2, 3, 4]) {
      read(mean)
      write(mean, tensor1d([value]))
    }
  })
  expect(memory().numTensors).toBe(before + 1)
  expect(updates.get(mean)?.dataSync()[0]).toBe(4)
})
