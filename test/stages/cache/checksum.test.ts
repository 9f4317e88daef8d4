import { expect, it } from "vitest"
import { checksum } from "../../../src/stages/cache/checksum.ts"

const of = (text: string) => checksum(new TextEncoder().encode(text))

it("agrees with the reference implementation of xxHash32", () => {
  expect(of("")).toBe(0x02cc5d05)
  expect(of("a")).toBe(0x550d7456)
  expect(of("abc")).toBe(0x32d153ff)
  expect(of("Nobody inspects the spammish repetition")).toBe(0xe2293b2f)
})

it("does not depend on where in a buffer the bytes lie", () => {
  const bytes = Uint8Array.from({ length: 101 }, (_, i) => i * 7)
  const shifted = new Uint8Array(104)
  shifted.set(bytes, 3)
  expect(checksum(shifted.subarray(3))).toBe(checksum(bytes))
})

it("notices every single flipped bit", () => {
  const bytes = Uint8Array.from({ length: 50 }, (_, i) => i)
  const sums = new Set([checksum(bytes)])
  for (let bit = 0; bit < 400; bit++) {
    const flipped = bytes.slice()
    flipped[bit >>> 3] ^= 1 << (bit & 7)
    sums.add(checksum(flipped))
  }
  expect(sums.size).toBe(401)
})
