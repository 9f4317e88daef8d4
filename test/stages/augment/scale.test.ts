import { expect, it } from "vitest"
import { AugmentError, scale } from "../../../src/stages/augment/index.ts"
import { someSample } from "../../support/sample.ts"

const area = ({ mask, spacing }: { mask: Uint8Array; spacing: readonly [number, number] }) =>
  mask.reduce((sum, marked) => sum + marked, 0) * spacing[0] * spacing[1]

it("keeps a tumour's area in square millimetres", () => {
  const sample = someSample({ height: 256, width: 256 })
  for (const factor of [0.7, 1.15]) {
    const scaled = scale({ factors: [0.5, 2] }).apply(sample, { factor })
    expect(Math.abs(area(scaled) / area(sample) - 1)).toBeLessThan(0.02)
  }
})

it("a factor of 2 shows the middle half of the slice", () => {
  const sample = { ...someSample({ height: 8, width: 8 }), mask: new Uint8Array(64) }
  for (const i of [27, 28, 35, 36]) sample.mask[i] = 1
  const { mask } = scale({ factors: [1, 2] }).apply(sample, { factor: 2 })
  expect(mask.reduce((sum, marked) => sum + marked, 0)).toBe(16)
})

it("a factor of 0 is refused", () => {
  expect(() => scale({ factors: [0, 1] })).toThrow(AugmentError)
  expect(() => scale({ factors: [0, 1] })).toThrow("above 0")
})
