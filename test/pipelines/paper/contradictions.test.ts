import { expect, it } from "vitest"
import { contradictions, type Footnote } from "../../../src/pipelines/paper/contradictions.ts"
import { type PaperTable, paperTables, paperValue } from "../../../src/pipelines/paper/paper.ts"

const tablesOf = (notes: ReadonlyArray<Footnote>) => notes.map(({ places }) => places.map(({ table }) => table))

it("names the figures that are meant", () => {
  for (const { places, text } of contradictions()) {
    for (const { table, variant, column } of places) {
      expect(text).toContain(String(paperValue(table, variant, column)))
    }
  }
})

it("computes what the paper's figures say about each other", () => {
  const notes = contradictions()
  expect(tablesOf(notes)).toEqual([
    [1, 1],
    [1, 2],
    [1, 3],
    [2, 3],
    [1, 4]
  ])
  expect(notes[0].places.map(({ variant }) => variant)).toEqual(["ResNet-18", "ResNet-34"])
  expect(notes[0].text).toContain("0.8417 (ResNet-18; Dice 0.841) and 0.8283 (ResNet-34; Dice 0.828)")
  expect(notes[1].text).toContain("Fmeasure 0.7876 (Table 2) lies below both precision 0.858 and recall 0.826")
  expect(notes[2].text).toContain("Fmeasure 0.6497 (Table 3) lies below both")
  expect(notes[3].text).toContain("0.7876 in Table 2, its Fmeasure 0.6497 in Table 3: 0.1379 apart")
  expect(notes[4].text).toContain("0.826 in Table 1, its Sensitivity 0.917 in Table 4: 0.0910 apart")
})

/** The paper with other figures for the proposed network. */
const changed = (table: number, values: ReadonlyArray<number>): ReadonlyArray<PaperTable> =>
  paperTables.map((each: PaperTable) =>
    each.number === table
      ? { ...each, rows: each.rows.map((row) => (row.values.includes(0.841) ? { ...row, values } : row)) }
      : each
  )

it("figures that agree give no footnote", () => {
  expect(tablesOf(contradictions(changed(4, [0.841, 0.826, 3.52])))).not.toContainEqual([1, 4])
  expect(tablesOf(contradictions(changed(2, [0.84, 0.841])))).not.toContainEqual([1, 2])
  expect(tablesOf(contradictions(changed(3, [0.7876, 0.841])))).not.toContainEqual([2, 3])
  expect(contradictions([])).toEqual([])
})

it("figures that no longer agree give another", () => {
  expect(tablesOf(contradictions(changed(1, [0.858, 0.826, 0.741, 0.9])))).toEqual([
    [1, 2],
    [1, 3],
    [2, 3],
    [1, 4],
    [1, 2, 3, 4]
  ])
})
