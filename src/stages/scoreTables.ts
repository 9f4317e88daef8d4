import { type Aggregation, aggregate, type Unit } from "../metrics/aggregate.ts"
import type { Confusion } from "../metrics/confusion.ts"
import type { EmptyRuleOption } from "../metrics/emptyRule.ts"
import { lesionF1, lesionPrecision, lesionRecall, mergeDetection } from "../metrics/lesions.ts"
import { dice, iou, rvd } from "../metrics/overlap.ts"
import { precision, recall } from "../metrics/rates.ts"
import { detectionRows, type SummaryRow, summaryTable } from "../report/summaryTable.ts"
import type { Column, Table } from "../report/table.ts"
import type { CaseScore } from "./scoreCase.ts"

interface Overlaps extends Confusion {
  readonly dice: number
  readonly iou: number
  readonly precision: number
  readonly recall: number
}

/** Values that are 0/0 are NaN: no empty rule is applied to a single case, slice or lesion. */
export interface CaseRow extends Overlaps {
  readonly caseId: string
  readonly rvd: number
  readonly assd?: number
  readonly hd95?: number
  readonly hausdorff?: number
  readonly lesions: number
  readonly lesionsFound: number
  readonly lesionsPredicted: number
}

export interface SliceRow extends Overlaps {
  readonly caseId: string
  readonly slice: number
}

export interface LesionRow extends Omit<Overlaps, "tn"> {
  readonly caseId: string
  readonly lesion: number
}

export interface ScoreTables {
  /** Numbers of the whole cohort: pooled, per case, per slice and per lesion. */
  readonly summary: Table<SummaryRow>
  readonly cases: Table<CaseRow>
  readonly slices: Table<SliceRow>
  readonly lesions: Table<LesionRow>
}

/**
 * The tables of a cohort. In `summary` each number says how it was aggregated, by which rule for empty masks, over how many
 * values, and how many were left out; distances are those of cases whose spacing is to be trusted. The order of the cases
 * does not matter to it.
 *
 * @throws MetricsError for a case given twice
 *
 * @example
 * ```ts
 * const { cases, summary } = scoreTables([scoreCase(patient, mask, { target: "tumor" })])
 * toCsv(cases)
 * toMarkdown(summary)
 * ```
 */
export const scoreTables = (scores: ReadonlyArray<CaseScore>): ScoreTables => {
  const of = [...new Set(scores.map(({ target }) => target))].join(", ")
  return {
    summary: summaryTable(`${scores.length} case${scores.length === 1 ? "" : "s"}`, summaryRows(of, scores)),
    cases: { title: `Cases (${of})`, note: UNRULED, columns: CASE_COLUMNS, rows: scores.map(caseRow) },
    slices: {
      title: `Axial slices (${of})`,
      note: UNRULED,
      columns: SLICE_COLUMNS,
      rows: scores.flatMap(({ caseId, slices }) =>
        slices.map(({ slice, voxels }) => ({ caseId, slice, ...overlaps(voxels) }))
      )
    },
    lesions: {
      title: `Lesions of the truth (${of})`,
      note: "A lesion that was missed has a Dice of 0; lesions that one prediction spans are one.",
      columns: LESION_COLUMNS,
      rows: scores.flatMap(({ caseId, lesions }) =>
        lesions.map(({ lesion, voxels }) => ({ caseId, lesion, ...overlaps(voxels) }))
      )
    }
  }
}

const UNRULED = "Values of one unit each, before any aggregation; what is 0/0 is left blank, not replaced."

const overlaps = (voxels: Confusion): Overlaps => ({
  ...voxels,
  dice: dice(voxels),
  iou: iou(voxels),
  precision: precision(voxels),
  recall: recall(voxels)
})

const caseRow = ({ caseId, detection: { half }, distances, voxels }: CaseScore): CaseRow => ({
  caseId,
  ...overlaps(voxels),
  rvd: rvd(voxels),
  ...distances,
  lesions: half.references,
  lesionsFound: half.referencesFound,
  lesionsPredicted: half.predictions
})

const summaryRows = (of: string, scores: ReadonlyArray<CaseScore>): ReadonlyArray<SummaryRow> => {
  const cases = scores.map(({ caseId, voxels }) => ({ caseId, measured: voxels }))
  const slices = scores.flatMap(({ caseId, slices }) =>
    slices.map(({ slice, voxels }) => ({ caseId, slice, measured: voxels }))
  )
  const lesions = scores.flatMap(({ caseId, lesions }) =>
    lesions.map(({ lesion, voxels }) => ({ caseId, lesion, measured: voxels }))
  )
  const distances = scores.flatMap(({ caseId, distances, voxels }) =>
    distances === undefined ? [] : [{ caseId, measured: { ...voxels, ...distances } }]
  )
  const row = <M extends Confusion>(
    metric: string,
    units: ReadonlyArray<Unit<M>>,
    f: (measured: M) => number,
    aggregation: Aggregation,
    empty: EmptyRuleOption,
    unit?: string
  ): SummaryRow => ({ of, metric, ...(unit && { unit }), ...aggregate(units, f, { aggregation, empty }) })
  const [half, any] = (["half", "any"] as const).map((overlap) => {
    const counts = mergeDetection(scores.map(({ detection }) => detection[overlap]))
    return { counts, precision: lesionPrecision(counts), recall: lesionRecall(counts), f1: lesionF1(counts) }
  })
  return [
    row("Dice", cases, dice, "pooled", "exclude"),
    row("IoU", cases, iou, "pooled", "exclude"),
    row("precision", cases, precision, "pooled", "exclude"),
    row("recall", cases, recall, "pooled", "exclude"),
    row("Dice", cases, dice, "perCase", "lits"),
    row("Dice", cases, dice, "perCase", "onlyWithReference"),
    row("IoU", cases, iou, "perCase", "onlyWithReference"),
    row("RVD", cases, rvd, "perCase", "exclude"),
    row("ASSD", distances, ({ assd }) => assd, "perCase", "exclude", "mm"),
    row("HD95", distances, ({ hd95 }) => hd95, "perCase", "exclude", "mm"),
    row("Hausdorff", distances, ({ hausdorff }) => hausdorff, "perCase", "exclude", "mm"),
    row("Dice", slices, dice, "perSlice", "exclude"),
    row("Dice", slices, dice, "perSlice", "onlyWithReference"),
    row("Dice", lesions, dice, "perLesion", "exclude"),
    ...detectionRows(`lesions of ${of}, IoU > 0.5`, half),
    ...detectionRows(`lesions of ${of}, any overlap`, any)
  ]
}

const COUNTS = [
  { key: "tp", title: "TP", unit: "voxels" },
  { key: "fp", title: "FP", unit: "voxels" },
  { key: "fn", title: "FN", unit: "voxels" }
] as const

const OVERLAPS = [
  { key: "dice", title: "Dice" },
  { key: "iou", title: "IoU" },
  { key: "precision", title: "Precision" },
  { key: "recall", title: "Recall" }
] as const

const CASE_COLUMNS: ReadonlyArray<Column<CaseRow>> = [
  { key: "caseId", title: "Case" },
  ...OVERLAPS,
  { key: "rvd", title: "RVD" },
  { key: "assd", title: "ASSD", unit: "mm", digits: 2 },
  { key: "hd95", title: "HD95", unit: "mm", digits: 2 },
  { key: "hausdorff", title: "Hausdorff", unit: "mm", digits: 2 },
  { key: "lesions", title: "Lesions" },
  { key: "lesionsFound", title: "Found (IoU > 0.5)" },
  { key: "lesionsPredicted", title: "Predicted" },
  ...COUNTS,
  { key: "tn", title: "TN", unit: "voxels" }
]

const SLICE_COLUMNS: ReadonlyArray<Column<SliceRow>> = [
  { key: "caseId", title: "Case" },
  { key: "slice", title: "Slice" },
  ...OVERLAPS,
  ...COUNTS,
  { key: "tn", title: "TN", unit: "voxels" }
]

const LESION_COLUMNS: ReadonlyArray<Column<LesionRow>> = [
  { key: "caseId", title: "Case" },
  { key: "lesion", title: "Lesion" },
  ...OVERLAPS,
  ...COUNTS
]
