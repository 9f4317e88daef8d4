import { expect, it } from "vitest"
import { key } from "../../../src/random/index.ts"
import { AugmentError, crop } from "../../../src/stages/augment/index.ts"
import { someSample } from "../../support/sample.ts"

it("cuts a window and leaves its pixels as they are", () => {
  const sample = someSample({ height: 6, width: 7 })
  const { pixels, height, width, spacing } = crop({ size: [2, 3] }).apply(sample, { top: 1, left: 4 })
  expect([height, width]).toEqual([2, 3])
  expect([...pixels]).toEqual([11, 12, 13, 18, 19, 20].map((i) => sample.pixels[i]))
  expect(spacing).toEqual(sample.spacing)
})

it("every position is possible and none leaves the slice", () => {
  const seen = new Set<string>()
  for (let seed = 0; seed < 300; seed++) {
    const { top, left } = crop({ size: [5, 4] }).params(key(seed), someSample({ height: 7, width: 6 }))
    seen.add(`${top} ${left}`)
  }
  expect([...seen].sort()).toEqual(["0 0", "0 1", "0 2", "1 0", "1 1", "1 2", "2 0", "2 1", "2 2"])
})

it("resized, the window fills the slice and its pixels cover fewer millimetres", () => {
  const sample = someSample({ height: 8, width: 8, spacing: [1, 1] })
  const { mask, height, spacing, pixels } = crop({ size: [4, 2], resize: true }).apply(
    { ...sample, pixels: new Float32Array(64).fill(3), mask: new Uint8Array(64).fill(1) },
    { top: 0, left: 0 }
  )
  expect(height).toBe(8)
  expect(spacing).toEqual([0.5, 0.25])
  expect(new Set(pixels)).toEqual(new Set([3]))
  expect(new Set(mask)).toEqual(new Set([1]))
})

it("resizing the whole slice is the identity", () => {
  const sample = someSample({ height: 5, width: 9 })
  expect(crop({ size: [5, 9], resize: true }).apply(sample, { top: 0, left: 0 })).toEqual(sample)
})

it("a window larger than the slice is refused with both sizes", () => {
  expect(() => crop({ size: [300, 10] }).params(key(1), someSample())).toThrow(AugmentError)
  expect(() => crop({ size: [300, 10] }).params(key(1), someSample())).toThrow(
    "[300, 10] does not fit a slice of [16, 16]"
  )
  expect(() => crop({ size: [0, 10] })).toThrow(AugmentError)
})

it("around the mask every window holds a marked pixel, each of them at times, and lies inside the slice", () => {
  const marked = [3, 40, 62]
  const mask = new Uint8Array(63)
  for (const at of marked) mask[at] = 1
  const sample = { ...someSample({ height: 9, width: 7 }), mask }
  const held = new Set<number>()
  for (let seed = 0; seed < 200; seed++) {
    const window = crop({ size: [3, 4], around: "mask" })
    const params = window.params(key(seed), sample)
    expect(window.apply(sample, params).mask).toContain(1)
    for (const at of marked) {
      const [row, column] = [Math.floor(at / 7) - params.top, (at % 7) - params.left]
      if (row >= 0 && row < 3 && column >= 0 && column < 4) held.add(at)
    }
  }
  expect([...held].sort()).toEqual([...marked].sort())
})

it("around an empty mask a window lies anywhere; after something moved it cannot be told", () => {
  const window = crop({ size: [3, 4], around: "mask" })
  const sample = { ...someSample({ height: 9, width: 7 }), mask: new Uint8Array(63) }
  expect(() => window.params(key(1), sample)).not.toThrow()
  const { mask: _, ...outline } = sample
  expect(() => window.params(key(1), outline)).toThrow(/must come before/)
})
