import { expect, it } from "vitest"
import { AugmentError, intensity } from "../../../src/stages/augment/index.ts"
import { someSample } from "../../support/sample.ts"

const any = intensity({ gain: [0, 2], offset: [-1, 1], gamma: [0.5, 2] })
const sample = { ...someSample({ height: 1, width: 3 }), pixels: Float32Array.of(-1, 0, 3) }

it("gain and offset are a line", () => {
  expect([...any.apply(sample, { gain: 2, offset: 1, gamma: 1 }).pixels]).toEqual([-1, 1, 7])
})

it("gamma bends between the slice's own extremes, negative values included", () => {
  expect([...any.apply(sample, { gain: 1, offset: 0, gamma: 2 }).pixels]).toEqual([-1, -0.75, 3])
})

it("a flat slice has no contrast to bend", () => {
  const flat = { ...sample, pixels: Float32Array.of(5, 5, 5) }
  expect([...any.apply(flat, { gain: 1, offset: 0, gamma: 2 }).pixels]).toEqual([5, 5, 5])
})

it("the mask and the original stay as they were", () => {
  const before = sample.pixels.slice()
  expect(any.apply(sample, { gain: 2, offset: 1, gamma: 2 }).mask).toBe(sample.mask)
  expect(sample.pixels).toEqual(before)
})

it("ranges that cannot do anything or anything good are refused", () => {
  expect(() => intensity({})).toThrow("intensity: changes nothing")
  expect(() => intensity({ gamma: [0, 1] })).toThrow(AugmentError)
  expect(() => intensity({ gain: [-1, 1] })).toThrow(
    "gain must be two finite numbers, lowest first, from 0; found [-1, 1]"
  )
})
