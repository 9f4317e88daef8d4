import "@tensorflow/tfjs-backend-cpu"
import "@tensorflow/tfjs-backend-wasm"
import "../../src/backend/gradients.ts"
import { grad, memory, ones, setBackend, sum, type Tensor, tensor1d, tensor4d, tidy } from "@tensorflow/tfjs-core"
import { beforeAll, expect, it } from "vitest"
import { dropout, dropoutKey } from "../../src/modules/dropout.ts"
import { collectStatistics, inference, type Training } from "../../src/modules/mode.ts"
import { bits, fold, type Key, key } from "../../src/random/index.ts"

beforeAll(async () => {
  await setBackend("cpu")
})

const training = (seed: number): Training => ({
  training: true,
  key: dropoutKey(key(seed)),
  statistics: collectStatistics()
})

const mask = (shape: ReadonlyArray<number>, options: { rate: number; purpose?: string; seed?: number }): Float32Array =>
  tidy(() => {
    const { rate, purpose = "test", seed = 1 } = options
    const x: Tensor = ones([...shape])
    return dropout(x, training(seed), { rate, purpose }).dataSync() as Float32Array
  })

/** The same mask in integers on the host: what every engine must draw. */
const hostMask = (rows: number, columns: number, rate: number, purpose: string, seed: number): Float32Array => {
  const words = (from: Key, count: number) => bits(from, count).map((word) => word >>> 20)
  const keys = words(key(seed), 8)
  type Block = readonly [left: number, right: number]
  const round = ([left, right]: Block, k: number): Block => [right, (left + (((right - k) ** 2) >>> 6)) & 4095]
  const blocks = (name: string, count: number, used: Uint32Array): ReadonlyArray<Block> => {
    const from = fold(key(0), "dropout", purpose)
    const [left, right] = ["left", "right"].map((side) => words(fold(from, name, side), count))
    return Array.from({ length: count }, (_, i) => used.reduce(round, [left[i], right[i]] as Block))
  }
  const row = blocks("rows", rows, keys.subarray(0, 3))
  const column = blocks("columns", columns, keys.subarray(3, 6))
  const kept = Math.fround(1 / (1 - rate))
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const [r, c] = [row[Math.floor(i / columns)], column[i % columns]]
    const joined = round([r[0], (r[1] + c[1]) & 4095], c[0])
    const [left, right] = keys.subarray(6).reduce(round, joined)
    return (right * 4096 + left) / 2 ** 24 >= Math.fround(rate) ? kept : 0
  })
}

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length

it("draws the mask that integer arithmetic on the host draws, bit for bit", () => {
  for (const [seed, rate] of [
    [1, 0.5],
    [2, 0.1],
    [3, 0.9]
  ] as const) {
    expect(mask([3, 5, 7, 11], { rate, seed })).toEqual(hostMask(15, 77, rate, "test", seed))
  }
})

it("draws the same bits on another engine", async () => {
  const onCpu = mask([2, 9, 8, 16], { rate: 0.3 })
  await setBackend("wasm")
  expect(mask([2, 9, 8, 16], { rate: 0.3 })).toEqual(onCpu)
  await setBackend("cpu")
})

it("zeroes the given share of elements and scales the rest to keep the mean", () => {
  for (const rate of [0.1, 0.5]) {
    const drawn = mask([4, 64, 64, 16], { rate })
    const share = mean(drawn.map((v) => (v === 0 ? 1 : 0)))
    // Five standard deviations of a binomial share.
    expect(Math.abs(share - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / drawn.length))
    expect(new Set(drawn)).toEqual(new Set([0, Math.fround(1 / (1 - rate))]))
  }
})

it("draws elements, rows, channels, layers and steps independently of each other", () => {
  const shape = [2, 64, 64, 8]
  const bitsOf = (m: Float32Array) => m.map((v) => (v === 0 ? -1 : 1))
  const base = bitsOf(mask(shape, { rate: 0.5 }))
  const correlation = (a: Float32Array, b: Float32Array) => mean(a.map((v, i) => v * b[i]))
  const shifted = (by: number) => Float32Array.from(base, (_, i) => base[(i + by) % base.length])
  const limit = 5 / Math.sqrt(base.length)
  for (const by of [1, 2, 8, 16, 512, 1024, 64 * 512]) {
    expect(Math.abs(correlation(base, shifted(by)))).toBeLessThan(limit)
  }
  expect(Math.abs(correlation(base, bitsOf(mask(shape, { rate: 0.5, seed: 2 }))))).toBeLessThan(limit)
  expect(Math.abs(correlation(base, bitsOf(mask(shape, { rate: 0.5, purpose: "other" }))))).toBeLessThan(limit)
  // Products over the corners of a rectangle: what a mask made of rows plus columns would give away.
  const corners = Float32Array.from(base, (v, i) => v * base[(i + 3) % base.length])
  const rectangles = corners.map((v, i) => v * corners[(i + 512 * 5) % corners.length])
  expect(Math.abs(mean(rectangles))).toBeLessThan(limit)
})

it("gives rows of the expected spread: no row and no channel is favoured", () => {
  const rows = 512
  const drawn = mask([rows, 1, 1, 256], { rate: 0.5 }).map((v) => (v === 0 ? 1 : 0))
  const sums = Array.from({ length: rows }, (_, r) => drawn.subarray(256 * r, 256 * (r + 1)).reduce((a, b) => a + b, 0))
  const variance = mean(sums.map((s) => (s - 128) ** 2))
  expect(variance).toBeGreaterThan(64 * 0.7)
  expect(variance).toBeLessThan(64 * 1.3)
})

it("is the identity in inference and at rate 0", () => {
  const x = tensor4d([1, 2, 3, 4], [1, 2, 2, 1])
  expect(dropout(x, inference, { rate: 0.5, purpose: "test" })).toBe(x)
  expect(dropout(x, training(1), { rate: 0, purpose: "test" })).toBe(x)
})

it("passes gradients where it passes values", () => {
  const x = ones([1, 8, 8, 2])
  const mode = training(3)
  const dx = grad((input: Tensor) => sum(dropout(input, mode, { rate: 0.5, purpose: "test" })))(x)
  expect(dx.dataSync()).toEqual(dropout(x, mode, { rate: 0.5, purpose: "test" }).dataSync())
})

it("takes tokens and vectors too, and leaves no tensor behind", () => {
  const [tokens, vector, mode] = [ones([2, 7, 5]), tensor1d([1, 2, 3]), training(1)]
  const before = memory().numTensors
  tidy(() => {
    expect(dropout(tokens, mode, { rate: 0.3, purpose: "a" }).shape).toEqual([2, 7, 5])
    expect(dropout(vector, mode, { rate: 0.3, purpose: "b" }).shape).toEqual([3])
  })
  expect(memory().numTensors).toBe(before)
})
