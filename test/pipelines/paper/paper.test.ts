import { expect, it } from "vitest"
import { type PaperTable, PROPOSED, paperTables, paperValue } from "../../../src/pipelines/paper/paper.ts"
import { ablationStudy, backboneStudy, comparisonStudy, reductionStudy } from "../../../src/pipelines/study/studies.ts"

const tables: ReadonlyArray<PaperTable> = paperTables

it("every row has a figure for every column", () => {
  for (const { columns, rows } of tables) {
    for (const { values } of rows) expect(values).toHaveLength(columns.length)
  }
})

it("has the figures that the paper's text names", () => {
  expect(paperValue(1, "ResNet-18", "Precision")).toBe(0.858)
  expect(paperValue(1, "ResNet-34", "Recall")).toBe(0.784)
  expect(paperValue(2, "ResNet-18 + CPM + AFM", "Fmeasure")).toBe(0.7876)
  expect(paperValue(3, "(16, 4)", "Fmeasure")).toBe(0.6497)
  expect(paperValue(4, "AGCAF-Net", "Sensitivity")).toBe(0.917)
  expect(paperValue(4, "AGCAF-Net", "AUC")).toBeUndefined()
  expect(paperValue(1, "U-Net", "Dice")).toBeUndefined()
})

it("the proposed network is best in Dice of every table, as the paper says", () => {
  for (const { number, rows } of tables) {
    const dice = rows.map(({ variant }) => paperValue(number, variant, "Dice") ?? 0)
    expect(Math.max(...dice)).toBe(paperValue(number, PROPOSED[number - 1], "Dice"))
  }
})

it("its rows are the variants of the ready-made studies", () => {
  const studies = [backboneStudy, ablationStudy, reductionStudy, comparisonStudy]
  for (const [i, study] of studies.entries()) {
    expect(tables[i].rows.map(({ variant }) => variant)).toEqual(study("lits/").variants.map(({ name }) => name))
  }
})
