import { expect, it } from "vitest"
import { key } from "../../../src/random/index.ts"
import { AugmentError, rotate, rotate90 } from "../../../src/stages/augment/index.ts"
import { someSample } from "../../support/sample.ts"

const turn = rotate({ degrees: [-180, 180] })

it("no turn is the identity, to the bit", () => {
  const sample = someSample({ height: 9, width: 14 })
  expect(turn.apply(sample, { degrees: 0 })).toEqual(sample)
})

it("a turn by 90 degrees is the exact quarter turn", () => {
  const sample = someSample()
  const found = turn.apply(sample, { degrees: 90 })
  const exact = rotate90().apply(sample, { turns: 1 })
  expect(found.pixels).toBeAllclose(exact.pixels, { relative: 1e-6 })
  expect(found.mask).toEqual(exact.mask)
})

it("turns millimetres, not pixels, where rows are further apart than columns", () => {
  // A bar of 8 mm x 2 mm, lying: 1 row of 2 mm, 8 columns of 1 mm. Upright it is 4 rows high and 2 columns wide.
  const lying = { ...someSample({ height: 11, width: 22, spacing: [2, 1] }), mask: new Uint8Array(242) }
  for (let c = 7; c < 15; c++) lying.mask[5 * 22 + c] = 1
  const { mask } = turn.apply(lying, { degrees: 90 })
  const rows = new Set<number>()
  const columns = new Set<number>()
  mask.forEach((marked, i) => {
    if (marked) {
      rows.add(Math.floor(i / 22))
      columns.add(i % 22)
    }
  })
  expect([rows.size, columns.size]).toEqual([4, 2])
})

it("air comes in at the corners: the least pixel of the slice", () => {
  const sample = { ...someSample(), pixels: new Float32Array(256).fill(40) }
  sample.pixels[100] = -1000
  expect(turn.apply(sample, { degrees: 45 }).pixels[0]).toBe(-1000)
})

it("angles fill their range", () => {
  const degrees = Array.from({ length: 500 }, (_, seed) => turn.params(key(seed), someSample()).degrees)
  expect(Math.min(...degrees)).toBeLessThan(-170)
  expect(Math.max(...degrees)).toBeGreaterThan(170)
})

it("a range upside down is refused", () => {
  expect(() => rotate({ degrees: [10, -10] })).toThrow(AugmentError)
  expect(() => rotate({ degrees: [10, -10] })).toThrow("rotate: degrees must be two finite numbers, lowest first")
})
