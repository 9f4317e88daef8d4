import { describe, expect, it } from "vitest"
import { bits, fold, key } from "../../src/random/index.ts"

describe("a key", () => {
  it("draws the same bits every time", () => {
    expect(bits(fold(key(7), "augment", 3), 5)).toEqual(bits(fold(key(7), "augment", 3), 5))
  })
  it("separates purposes, however their parts are cut", () => {
    const keys = [fold(key(0), "ab", "c"), fold(key(0), "a", "bc"), fold(key(0), "abc"), fold(key(0), "abc", 0), key(0)]
    expect(new Set(keys.map(String)).size).toBe(keys.length)
  })
  it("tells seeds beyond 32 bits apart", () => {
    expect(key(1)).not.toEqual(key(1 + 2 ** 32))
  })
  it("refuses a seed that is not a safe integer", () => {
    expect(() => key(0.5)).toThrow(/safe integer/)
  })
  it("draws a prefix of the same sequence when fewer are asked for", () => {
    expect(bits(key(1), 3)).toEqual(bits(key(1), 8).subarray(0, 3))
  })
})
