import * as fc from "fast-check"
import { expect, it } from "vitest"
import { decodeSample, type Encoded, encodeSample } from "../../../src/stages/cache/sampleCodec.ts"
import type { Sample } from "../../../src/volume/index.ts"
import { someSample } from "../../support/sample.ts"

const roundTrip = (pixels: Float32Array, mask: Uint8Array) => {
  const encoded = encodeSample({ ...someSample(), pixels, mask })
  return { encoded, decoded: decode(encoded, pixels.length) }
}
// Into buffers that held something else before.
const decode = (encoded: Encoded, count: number) => {
  const decoded = { pixels: new Float32Array(count).fill(5), mask: new Uint8Array(count).fill(1) }
  decodeSample(encoded, decoded.pixels, decoded.mask)
  return decoded
}
const bitsOf = (pixels: Float32Array) => [...new Uint32Array(pixels.buffer)]

it("any pixels, NaN and signed zeros included, come back to the bit", () => {
  const word = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 0xffffffff }))
  fc.assert(
    fc.property(
      fc.array(fc.tuple(word, fc.integer({ min: 0, max: 1 })), { minLength: 1, maxLength: 700 }),
      (content) => {
        const pixels = new Float32Array(Uint32Array.from(content, ([bits]) => bits).buffer)
        const mask = Uint8Array.from(content, ([, marked]) => marked)
        const { encoded, decoded } = roundTrip(pixels, mask)
        expect(bitsOf(decoded.pixels)).toEqual(bitsOf(pixels))
        expect(decoded.mask).toEqual(mask)
        expect(encoded.bytes.length % 4).toBe(0)
      }
    )
  )
})

it("256 values take one byte a pixel, 257 take two", () => {
  const count = 4096
  const mask = new Uint8Array(count)
  const levels = (values: number) => Float32Array.from({ length: count }, (_, i) => (i % values) / 255)
  expect(roundTrip(levels(256), mask).encoded).toMatchObject({ values: 256, bytes: { length: 4 * 256 + count + 512 } })
  expect(roundTrip(levels(257), mask).encoded).toMatchObject({
    values: 257,
    bytes: { length: 4 * 257 + 2 * count + 512 }
  })
})

it("pixels that all differ are stored as they are", () => {
  const pixels = Float32Array.from({ length: 100 }, (_, i) => i)
  expect(roundTrip(pixels, new Uint8Array(100)).encoded).toMatchObject({ values: 0, bytes: { length: 416 } })
})

it("decodes from the middle of a buffer", () => {
  const sample = someSample()
  const { bytes, values } = encodeSample(sample)
  const shifted = new Uint8Array(bytes.length + 1)
  shifted.set(bytes, 1)
  expect(decode({ bytes: shifted.subarray(1), values }, 256).pixels).toEqual(sample.pixels)
})

it("masks of any number of targets come back, and those of one are no larger for it", () => {
  const target = ["liver", "tumor", "wholeLiver", "tumor"] as const
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 200 }), (values) => {
      const sample = { ...someSample(), target, pixels: new Float32Array(values.length), mask: Uint8Array.from(values) }
      expect(decode(encodeSample(sample), values.length).mask).toEqual(sample.mask)
    })
  )
  const mask = someSample().mask
  const sizeOf = (sample: Partial<Sample>) => encodeSample({ ...someSample(), ...sample }).bytes.length
  expect(sizeOf({ target, mask })).toBe(sizeOf({ mask }))
  expect(sizeOf({ target, mask: mask.map((value) => 2 * value) })).toBe(sizeOf({ mask }) + 256 / 8)
})

it("a mask with a value that stands for no target is refused and the slice named", () => {
  const labels = { ...someSample({ caseId: "volume-3", index: 7 }), mask: new Uint8Array(256).fill(2) }
  expect(() => encodeSample(labels)).toThrow(
    "cache: case volume-3, axial slice 7: the mask holds 2, and of tumor it may hold 0 to 1; make masks by labelSplit"
  )
})
