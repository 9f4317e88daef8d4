import { type Aggregation, aggregate, type Summary, type Unit } from "../metrics/aggregate.ts"
import { areaUnderCurve } from "../metrics/auc.ts"
import type { Confusion } from "../metrics/confusion.ts"
import type { EmptyRuleOption } from "../metrics/emptyRule.ts"
import { lesionF1, lesionPrecision, lesionRecall, mergeDetection } from "../metrics/lesions.ts"
import { dice } from "../metrics/overlap.ts"
import { fMeasure, precision, recall } from "../metrics/rates.ts"
import { mergeRocCounts, rocCurveOfCounts } from "../metrics/roc.ts"
import { type SummaryRow, summaryTable } from "../report/summaryTable.ts"
import type { Table } from "../report/table.ts"
import type { CaseResult, ContourSums, PlainRocCounts } from "./evaluate.ts"

/**
 * What a number is taken of. `images`: all slices of the test patients as the network sees them, in pixels. `tumorImages`: those
 * of them whose truth marks anything, which many papers test on alone. `volumes`: the CTs, in voxels, after post-processing.
 * `lesions`: whole lesions of the CTs, found at an IoU above 0.5, or at any overlap.
 */
export type Ground = "images" | "tumorImages" | "volumes" | "lesions" | "lesions, any overlap"

/** By their names in the paper; sensitivity is recall. */
export type MetricName = "precision" | "recall" | "F" | "Dice" | "AUC" | "ASD" | "HD95" | "F1"

/** One number of a test, with all that one must know to compare it. */
export interface MetricRow extends SummaryRow {
  readonly of: Ground
  readonly metric: MetricName
}

/** Which number is meant. */
export interface MetricChoice extends Pick<MetricRow, "of" | "metric" | "aggregation"> {
  readonly empty?: string
}

/**
 * All numbers of a test: precision, recall, F, Dice, AUC and ASD of images, tumour images and volumes, pooled, per case and per
 * slice, and how many lesions were found. On the same counts F is Dice; two figures that differ were aggregated differently.
 *
 * ASD in pixels is that of contours in images (4 neighbours), in mm that of surfaces in volumes (18 neighbours). Values that do not
 * exist are left out and counted (`"exclude"`), unless a row names another rule.
 *
 * @example
 * ```ts
 * metricOf(metricsOf(results), { of: "volumes", metric: "Dice", aggregation: "perCase" })?.value
 * ```
 */
export const metricsOf = (results: ReadonlyArray<CaseResult>): ReadonlyArray<MetricRow> => {
  const volumes = results.map(({ caseId, volume }) => ({ caseId, measured: volume.voxels }))
  const slices = results.flatMap(({ caseId, volume }) =>
    volume.slices.map(({ slice, voxels }) => ({ caseId, slice, measured: voxels }))
  )
  return [
    ...imageRows("images", results),
    ...imageRows(
      "tumorImages",
      results.map((result) => ({
        ...result,
        images: result.images.filter(({ pixels }) => pixels.tp + pixels.fn > 0)
      }))
    ),
    ...overlapRows("volumes", volumes, "pooled"),
    ...overlapRows("volumes", volumes, "perCase"),
    overlapRow("volumes", "Dice", volumes, "perCase", "lits"),
    overlapRow("volumes", "Dice", volumes, "perCase", "onlyWithReference"),
    ...overlapRows("volumes", slices, "perSlice"),
    distanceRow("ASD", results, ({ assd }) => assd),
    distanceRow("HD95", results, ({ hd95 }) => hd95),
    ...lesionRows("lesions", results, "half"),
    ...lesionRows("lesions, any overlap", results, "any")
  ]
}

/** The row that is meant, where there is one; of several rules for empty masks the first, `"exclude"`. */
export const metricOf = (rows: ReadonlyArray<MetricRow>, choice: MetricChoice): MetricRow | undefined =>
  rows.find(
    ({ of, metric, aggregation, empty }) =>
      of === choice.of &&
      metric === choice.metric &&
      aggregation === choice.aggregation &&
      empty === (choice.empty ?? "exclude")
  )

/** The numbers of a test as a table. */
export const metricsTable = (rows: ReadonlyArray<MetricRow>, title = "Test"): Table<SummaryRow> =>
  summaryTable(title, rows)

const OVERLAPS = { precision, recall, F: (counts: Confusion) => fMeasure(counts), Dice: dice } as const

const overlapRow = (
  of: Ground,
  metric: keyof typeof OVERLAPS,
  units: ReadonlyArray<Unit<Confusion>>,
  aggregation: Aggregation,
  empty: EmptyRuleOption = "exclude"
): MetricRow => ({ of, metric, ...aggregate(units, OVERLAPS[metric], { aggregation, empty }) })

const overlapRows = (
  of: Ground,
  units: ReadonlyArray<Unit<Confusion>>,
  aggregation: Aggregation
): ReadonlyArray<MetricRow> =>
  (["precision", "recall", "F", "Dice"] as const).map((metric) => overlapRow(of, metric, units, aggregation))

const imageRows = (of: "images" | "tumorImages", results: ReadonlyArray<CaseResult>): ReadonlyArray<MetricRow> => {
  const units = results.flatMap(({ caseId, images }) =>
    images.map(({ slice, pixels }) => ({ caseId, slice, measured: pixels }))
  )
  const perCase = results.map(({ images }) => images.map(({ contour }) => contour))
  const images = perCase.flat()
  const contours = (aggregation: Aggregation, groups: ReadonlyArray<ReadonlyArray<ContourSums | undefined>>) => ({
    of,
    metric: "ASD" as const,
    unit: "px",
    ...summaryOf(
      aggregation,
      groups.map((group) => distanceOf(group))
    )
  })
  return [
    ...(["pooled", "perCase", "perSlice"] as const).flatMap((aggregation) => overlapRows(of, units, aggregation)),
    ...(of === "images" ? areaRows(results.map(({ roc }) => roc)) : []),
    { ...contours("pooled", [images]), ...presence(images) },
    contours("perCase", perCase),
    contours(
      "perSlice",
      images.map((contour) => [contour])
    )
  ]
}

/** How many units a pooled number is of. */
const presence = (contours: ReadonlyArray<ContourSums | undefined>) => {
  const count = contours.filter((contour) => contour !== undefined).length
  return { count, excluded: contours.length - count, undefinedValues: contours.length - count }
}

/** Area under the ROC curve at AGPCNet's 201 thresholds, with exact denominators. */
const areaRows = (counts: ReadonlyArray<PlainRocCounts>): ReadonlyArray<MetricRow> => {
  const area = (some: ReadonlyArray<PlainRocCounts>) =>
    some.length === 0 ? Number.NaN : areaUnderCurve(rocCurveOfCounts(mergeRocCounts(some.map(typedCounts))))
  const common = { of: "images", metric: "AUC" } as const
  return [
    { ...common, ...summaryOf("pooled", [area(counts)]), count: counts.length },
    {
      ...common,
      ...summaryOf(
        "perCase",
        counts.map((each) => area([each]))
      )
    }
  ]
}

/** The counts of JSON as `rocCurveOfCounts` and `mergeRocCounts` take them. */
export const typedCounts = ({ truePositives, falsePositives, ...rest }: PlainRocCounts) => ({
  ...rest,
  truePositives: Float64Array.from(truePositives),
  falsePositives: Float64Array.from(falsePositives)
})

/** The mean over all elements of contours that have a partner; NaN where none has. */
const distanceOf = (contours: ReadonlyArray<ContourSums | undefined>): number => {
  const known = contours.filter((contour) => contour !== undefined)
  return known.reduce((total, { sum }) => total + sum, 0) / known.reduce((total, { count }) => total + count, 0)
}

const distanceRow = (
  metric: "ASD" | "HD95",
  results: ReadonlyArray<CaseResult>,
  value: (distances: NonNullable<CaseResult["volume"]["distances"]>) => number
): MetricRow => ({
  of: "volumes",
  metric,
  unit: "mm",
  ...summaryOf(
    "perCase",
    results.map(({ volume: { distances } }) => (distances === undefined ? Number.NaN : value(distances)))
  )
})

/** The mean of the values that are there. */
const summaryOf = (aggregation: Aggregation, values: ReadonlyArray<number>): Summary => {
  const known = values.filter((value) => !Number.isNaN(value))
  const missing = values.length - known.length
  return {
    value: known.reduce((sum, value) => sum + value, 0) / known.length,
    aggregation,
    empty: "exclude",
    count: known.length,
    excluded: missing,
    undefinedValues: missing
  }
}

const lesionRows = (
  of: "lesions" | "lesions, any overlap",
  results: ReadonlyArray<CaseResult>,
  overlap: "half" | "any"
): ReadonlyArray<MetricRow> => {
  const counts = mergeDetection(results.map(({ volume }) => volume.detection[overlap]))
  const row = (metric: MetricName, value: number, count: number): MetricRow => ({
    of,
    metric,
    ...summaryOf("pooled", [value]),
    count
  })
  return [
    row("precision", lesionPrecision(counts), counts.predictions),
    row("recall", lesionRecall(counts), counts.references),
    row("F1", lesionF1(counts), counts.predictions + counts.references)
  ]
}
