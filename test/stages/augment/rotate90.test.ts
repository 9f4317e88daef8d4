import { expect, it } from "vitest"
import { rotate90 } from "../../../src/stages/augment/index.ts"
import { someSample } from "../../support/sample.ts"

const sample = {
  ...someSample({ height: 2, width: 3, spacing: [2, 0.5] }),
  pixels: Float32Array.of(1, 2, 3, 4, 5, 6)
}

it("a quarter turn is anticlockwise and exchanges the sides and their spacing", () => {
  const { pixels, height, width, spacing } = rotate90().apply(sample, { turns: 1 })
  expect([...pixels]).toEqual([3, 6, 2, 5, 1, 4])
  expect([height, width]).toEqual([3, 2])
  expect(spacing).toEqual([0.5, 2])
})

it("a half turn reverses the pixels", () => {
  expect([...rotate90().apply(sample, { turns: 2 }).pixels]).toEqual([6, 5, 4, 3, 2, 1])
})
