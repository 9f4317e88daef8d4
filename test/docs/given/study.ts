// What came out of a study, and what reports show of it.
import { doneOf, type Outcome } from "../../../src/pipelines/study/runStudy.ts"
import type { PanelRow } from "../../../src/report/pictures/figurePanel.ts"
import type { Table } from "../../../src/report/tabular.ts"
import { phantoms } from "../../support/madeUpStudy.ts"
import { study } from "./cohort.ts"
import { height, pixels, prediction, sample, truth, width } from "./patient.ts"

/** By the names that examples have for variants. */
export const outcomes = study.outcomes.map((outcome): Outcome => {
  const { cell } = outcome
  return cell.variant === "ResNet-34" ? { ...outcome, cell: { ...cell, variant: "AGCAF-Net" } } : outcome
})
export const results = doneOf(outcomes)[0].result.cases
export const provenance = { ...phantoms, scale: "smoke" } as const

export const table: Table<{ readonly caseId: string }> = {
  title: "Cases",
  columns: [{ key: "caseId", title: "Case" }],
  rows: results
}

export const variants: ReadonlyArray<string> = ["U-Net", "AGCAF-Net"]
export const rows: ReadonlyArray<PanelRow> = [
  { name: sample.caseId, height, width, pixels, spacing: sample.spacing, truth, predictions: [prediction, truth] }
]
