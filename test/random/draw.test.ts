import { expect, it } from "vitest"
import { key, normal, permutation, shuffle, uniform } from "../../src/random/index.ts"

const mean = (xs: Float32Array) => xs.reduce((sum, x) => sum + x, 0) / xs.length

it("uniform numbers fill [0, 1) with mean 1/2 and variance 1/12", () => {
  const xs = uniform(key(1), 100_000)
  expect(xs.every((x) => x >= 0 && x < 1)).toBe(true)
  expect(mean(xs)).toBeCloseTo(0.5, 2)
  expect(mean(xs.map((x) => (x - 0.5) ** 2))).toBeCloseTo(1 / 12, 2)
})

it("normal numbers have mean 0, variance 1 and kurtosis 3", () => {
  const xs = normal(key(2), 200_000)
  expect(mean(xs)).toBeCloseTo(0, 2)
  expect(mean(xs.map((x) => x ** 2))).toBeCloseTo(1, 1)
  expect(mean(xs.map((x) => x ** 4))).toBeCloseTo(3, 0)
  expect(xs.every(Number.isFinite)).toBe(true)
})

it("a permutation holds each index once", () => {
  expect([...permutation(key(3), 1000)].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i))
})

it("every item comes first equally often", () => {
  const first = [0, 0, 0]
  for (let seed = 0; seed < 3000; seed++) first[shuffle(key(seed), [0, 1, 2])[0]]++
  for (const count of first) expect(Math.abs(count - 1000)).toBeLessThan(120)
})
