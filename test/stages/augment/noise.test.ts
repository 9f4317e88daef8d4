import { expect, it } from "vitest"
import { key } from "../../../src/random/index.ts"
import { AugmentError, noise } from "../../../src/stages/augment/index.ts"
import { someSample } from "../../support/sample.ts"

it("adds noise of mean 0 and the drawn standard deviation", () => {
  const flat = { ...someSample(), height: 200, width: 200, pixels: new Float32Array(40_000).fill(100) }
  const { pixels } = noise({ sigma: [0, 5] }).apply(flat, { sigma: 3, key: key(5) })
  const mean = pixels.reduce((sum, x) => sum + x, 0) / pixels.length
  const variance = pixels.reduce((sum, x) => sum + (x - mean) ** 2, 0) / pixels.length
  expect(Math.abs(mean - 100)).toBeLessThan(0.06)
  expect(Math.abs(Math.sqrt(variance) - 3)).toBeLessThan(0.05)
})

it("a negative deviation is refused", () => {
  expect(() => noise({ sigma: [-1, 1] })).toThrow(AugmentError)
})
