import { expect, it } from "vitest"
import { sliceNoise } from "../../src/phantom/noise.ts"
import { key } from "../../src/random/index.ts"

const size = 256
const product = (a: Float32Array, b: Float32Array, shift: number) => {
  let sum = 0
  for (let i = 0; i + shift < a.length; i++) sum += a[i] * b[i + shift]
  return sum / (a.length - shift)
}

it.each([0.2, 0.8, 1.5])("noise blurred over %f pixels has mean 0 and variance 1", (sigma) => {
  const noise = sliceNoise(key(1), size, size, sigma)
  expect(noise.reduce((sum, v) => sum + v, 0) / noise.length).toBeCloseTo(0, 1)
  expect(product(noise, noise, 0)).toBeCloseTo(1, 1)
  expect(noise.reduce((sum, v) => sum + v ** 4, 0) / noise.length).toBeGreaterThan(2.6)
})

it("neighbours are alike in both directions as far as the kernel reaches: exp(-d^2 / 4 sigma^2)", () => {
  const noise = sliceNoise(key(2), size, size, 1)
  for (const shift of [1, size]) expect(product(noise, noise, shift)).toBeCloseTo(Math.exp(-1 / 4), 1)
  for (const shift of [8, 8 * size]) expect(product(noise, noise, shift)).toBeCloseTo(0, 1)
})

it("another key gives unrelated noise", () => {
  expect(product(sliceNoise(key(3), size, size, 1), sliceNoise(key(4), size, size, 1), 0)).toBeCloseTo(0, 1)
})
