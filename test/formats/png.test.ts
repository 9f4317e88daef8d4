import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { PngError, type PngImage, readPng, writePng } from "../../src/formats/png.ts"

const image = fc
  .record({
    width: fc.integer({ min: 1, max: 9 }),
    height: fc.integer({ min: 1, max: 9 }),
    channels: fc.constantFrom(1, 2, 3, 4),
    depth: fc.constantFrom(8, 16)
  })
  .chain(({ width, height, channels, depth }) => {
    const size = { minLength: width * height * channels, maxLength: width * height * channels }
    const data: fc.Arbitrary<Uint8Array | Uint16Array> = depth === 8 ? fc.uint8Array(size) : fc.uint16Array(size)
    return data.map((values) => ({ width, height, channels, depth, data: values }) as PngImage)
  })

it("what is written is read back, at every depth and with any channels", () => {
  fc.assert(
    fc.property(image, (written) => {
      expect(readPng(writePng(written))).toEqual(written)
    })
  )
})

it("writes the same bytes twice", () => {
  fc.assert(
    fc.property(image, (picture) => {
      expect(writePng(picture)).toEqual(writePng(picture))
    })
  )
})

it("a damaged file gives a PngError or the same picture", () => {
  const damage = fc.record({
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    to: fc.nat(255),
    cut: fc.boolean()
  })
  fc.assert(
    fc.property(image, damage, (picture, { at, to, cut }) => {
      const bytes = writePng(picture)
      const place = Math.floor(at * bytes.length)
      const damaged = cut ? bytes.slice(0, place) : bytes.with(place, to)
      try {
        expect(readPng(damaged)).toEqual(picture)
      } catch (error) {
        expect(error).toBeInstanceOf(PngError)
      }
    })
  )
})

describe("refuses", () => {
  it("data that does not fill the size", () => {
    const short = { width: 2, height: 2, channels: 1, depth: 8, data: new Uint8Array(3) } as const
    expect(() => writePng(short)).toThrow(/takes 4 samples, but there are 3/)
  })
  it("bytes in a 16-bit picture", () => {
    const bytes = { width: 1, height: 1, channels: 1, depth: 16, data: new Uint8Array(1) } as const
    expect(() => writePng(bytes)).toThrow(/Uint16Array/)
  })
  it("what is no PNG, by name", () => {
    expect(() => readPng(new Uint8Array(100), "mask.png")).toThrow(/^mask.png: /)
  })
  it("a header that promises more than the file can hold", () => {
    const bytes = writePng({ width: 1, height: 1, channels: 1, depth: 8, data: Uint8Array.of(1) })
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(16, 0x7fffffff)
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(20, 0x7fffffff)
    expect(() => readPng(bytes)).toThrow(/more than its/)
  })
})
