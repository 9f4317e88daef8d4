import { crc32 as zlibCrc32 } from "node:zlib"
import fc from "fast-check"
import { expect, it } from "vitest"
import { crc32 } from "../../src/formats/crc32.ts"

it("of the check string is the published value", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926)
})

it("agrees with zlib, at once or carried on from part to part", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, cut) => {
      expect(crc32(bytes)).toBe(zlibCrc32(bytes))
      expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(zlibCrc32(bytes))
    })
  )
})
