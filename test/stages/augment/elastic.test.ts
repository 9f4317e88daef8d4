import { expect, it } from "vitest"
import { key } from "../../../src/random/index.ts"
import { AugmentError, elastic } from "../../../src/stages/augment/index.ts"
import { someSample } from "../../support/sample.ts"

const outline = { height: 40, width: 30, spacing: [1, 1] as const }

const traced = (strength: number, seed: number) => {
  const bend = elastic({ cells: 3, strength })
  const frame = bend.frame(outline, bend.params(key(seed), outline))
  const count = outline.height * outline.width
  const rows = Float64Array.from({ length: count }, (_, i) => Math.floor(i / outline.width))
  const columns = Float64Array.from({ length: count }, (_, i) => i % outline.width)
  frame.trace(rows, columns)
  return { rows, columns }
}

it("never folds the plane, even close to the limit", () => {
  for (let seed = 0; seed < 40; seed++) {
    const { rows, columns } = traced(0.999, seed)
    for (let r = 0; r + 1 < outline.height; r++) {
      for (let c = 0; c + 1 < outline.width; c++) {
        const i = r * outline.width + c
        const down = [rows[i + outline.width] - rows[i], columns[i + outline.width] - columns[i]]
        const right = [rows[i + 1] - rows[i], columns[i + 1] - columns[i]]
        expect(down[0] * right[1] - down[1] * right[0]).toBeGreaterThan(0)
      }
    }
  }
})

it("moves no pixel further than its strength allows", () => {
  const { rows } = traced(0.5, 3)
  const moves = rows.map((row, i) => Math.abs(row - Math.floor(i / outline.width)))
  expect(Math.max(...moves)).toBeLessThan((0.5 * 0.48866 * 39) / 3)
  expect(Math.max(...moves)).toBeGreaterThan(0.5)
})

it("equal displacements of all control points shift the slice as a whole", () => {
  const sample = someSample()
  const shifted = elastic({ cells: 1 }).apply(sample, { down: Array(16).fill(1), right: Array(16).fill(0) })
  expect(shifted.pixels.slice(0, 240)).toBeAllclose(sample.pixels.slice(16), { relative: 1e-6 })
})

it("a strength of 1 or a record of another lattice is refused", () => {
  expect(() => elastic({ strength: 1 })).toThrow(AugmentError)
  expect(() => elastic({ cells: 2 }).apply(someSample(), { down: [0], right: [0] })).toThrow("25 control points")
})
