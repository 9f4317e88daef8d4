import { expect, it } from "vitest"
import { indicesOf, packBits } from "../../src/metrics/bitRows.ts"
import { boxMask, solid } from "../support/masks.ts"

it("what is packed comes out at the same places, rows of any length", () => {
  for (const nx of [1, 2, 29, 30, 31, 32, 33, 61, 62, 63, 64, 97]) {
    const mask = solid([nx, 3, 2], (x, y, z) => (x * 7 + y * 3 + z) % 5 < 2)
    const rows = packBits(mask, { lower: [0, 0, 0], shape: [nx, 3, 2] }, "background")
    const inside = [...mask.voxels.keys()].filter((i) => mask.voxels[i] !== 0)
    expect([...indicesOf(rows.words, rows, rows.shape, 1)]).toEqual(inside)
  }
})

it("a box of a mask is packed alone", () => {
  const mask = boxMask([9, 8, 7], [2, 2, 2], [6, 6, 6])
  const rows = packBits(mask, { lower: [1, 3, 5], shape: [3, 2, 2] }, "background")
  // Inside are x 2, 3 of 1, 2, 3; both y; z 5 alone.
  expect([...indicesOf(rows.words, rows, rows.shape, 1)]).toEqual([1, 2, 4, 5])
})
