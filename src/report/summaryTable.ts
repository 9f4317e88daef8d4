import type { Summary } from "../metrics/aggregate.ts"
import type { LitsAgreement, LitsDetection, LitsScore } from "../metrics/litsScore.ts"
import type { Column, Table } from "./table.ts"

/** One number of a cohort, with all that one must know to compare it. */
export interface SummaryRow extends Summary {
  /** What it is taken of, such as `"liver"`. */
  readonly of: string
  readonly metric: string
  /** `"mm"` for distances. */
  readonly unit?: string
}

/** A table of numbers, each under its named aggregation and rule for empty masks. */
export const summaryTable = (title: string, rows: ReadonlyArray<SummaryRow>): Table<SummaryRow> => ({
  title,
  columns: COLUMNS,
  rows
})

const COLUMNS: ReadonlyArray<Column<SummaryRow>> = [
  { key: "of", title: "Of" },
  { key: "metric", title: "Metric" },
  { key: "value", title: "Value" },
  { key: "unit", title: "Unit" },
  { key: "aggregation", title: "Aggregation" },
  { key: "empty", title: "Empty masks" },
  { key: "count", title: "Values" },
  { key: "excluded", title: "Left out" },
  { key: "undefinedValues", title: "Undefined" }
]

/**
 * The score of the LiTS challenge as a table.
 *
 * @example
 * ```ts
 * toMarkdown(litsTable(litsScore(cases)))
 * ```
 */
export const litsTable = ({
  cases,
  liver,
  lesion,
  detectedLesions,
  detection,
  tumorBurden
}: LitsScore): Table<SummaryRow> => {
  const burden = (metric: string, value: number): SummaryRow => ({
    of: "tumour burden",
    metric,
    value,
    aggregation: "perCase",
    empty: "exclude",
    count: tumorBurden.count,
    excluded: tumorBurden.excluded,
    undefinedValues: tumorBurden.excluded
  })
  return summaryTable(`LiTS score of ${cases} case${cases === 1 ? "" : "s"}`, [
    ...agreementRows("liver", liver),
    { of: "liver", metric: "Dice", ...liver.diceGlobal },
    { of: "lesions", metric: "Dice", ...lesion.dicePerCase },
    { of: "lesions", metric: "Dice", ...lesion.dicePerCaseWithLesion },
    { of: "lesions", metric: "Dice", ...lesion.diceGlobal },
    ...agreementRows("detected lesions (IoU > 0.5)", detectedLesions),
    ...detectionRows("detection, IoU > 0.5", detection.half),
    ...detectionRows("detection, any overlap", detection.any),
    burden("RMSE", tumorBurden.rmse),
    burden("largest error", tumorBurden.maxError)
  ])
}

const agreementRows = (
  of: string,
  { dice, iou, voe, rvd, assd, rmsd, mssd }: LitsAgreement
): ReadonlyArray<SummaryRow> => [
  { of, metric: "Dice", ...dice },
  { of, metric: "IoU", ...iou },
  { of, metric: "VOE", ...voe },
  { of, metric: "RVD", ...rvd },
  { of, metric: "ASSD", unit: "mm", ...assd },
  { of, metric: "RMSD", unit: "mm", ...rmsd },
  { of, metric: "MSSD", unit: "mm", ...mssd }
]

/** How many lesions were found, out of all of a cohort together. */
export const detectionRows = (
  of: string,
  { counts, precision, recall, f1 }: Pick<LitsDetection, "counts" | "precision" | "recall" | "f1">
): ReadonlyArray<SummaryRow> => {
  const row = (metric: string, value: number, count: number): SummaryRow => ({
    of,
    metric,
    value,
    aggregation: "pooled",
    empty: "exclude",
    count,
    excluded: 0,
    undefinedValues: Number.isNaN(value) ? 1 : 0
  })
  return [
    row("precision", precision, counts.predictions),
    row("recall", recall, counts.references),
    row("F1", f1, counts.predictions + counts.references)
  ]
}
