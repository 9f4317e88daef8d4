import { dice } from "../metrics/overlap.ts"
import type { Column, Table } from "../report/tabular.ts"
import { type Comparison, compareVariants } from "./compareVariants.ts"
import type { MetricChoice } from "./metricsOf.ts"
import { patientMeans, variantsOf } from "./patientMeans.ts"
import { inWords, type Provenance } from "./provenance.ts"
import { doneOf, type Outcome } from "./runStudy.ts"
import { summarize, type VariantSummary } from "./summarize.ts"
import type { CohortFacts } from "./surveyCohort.ts"

/** A number that readers look for first, and how it is headed. */
interface Headline extends MetricChoice {
  readonly title: string
  readonly unit?: string
}

const HEADLINES: ReadonlyArray<Headline> = [
  { title: "Dice, images pooled", of: "images", metric: "Dice", aggregation: "pooled" },
  { title: "Dice, volumes", of: "volumes", metric: "Dice", aggregation: "perCase" },
  { title: "Precision", of: "images", metric: "precision", aggregation: "pooled" },
  { title: "Recall", of: "images", metric: "recall", aggregation: "pooled" },
  { title: "AUC", of: "images", metric: "AUC", aggregation: "pooled" },
  { title: "ASD", unit: "mm", of: "volumes", metric: "ASD", aggregation: "perCase" },
  { title: "HD95", unit: "mm", of: "volumes", metric: "HD95", aggregation: "perCase" },
  { title: "Lesion F1", of: "lesions", metric: "F1", aggregation: "pooled" }
]

/** A variant with its main numbers. Columns go by the place of the number. */
export interface VariantRow {
  readonly variant: string
  readonly parameters?: number
  readonly [value: `mean${number}` | `deviation${number}`]: number
}

/** Mean and standard deviation over seeds of the main numbers, a row each variant; one that failed has none. */
export const variantsTable = (outcomes: ReadonlyArray<Outcome>): Table<VariantRow> => {
  const summaries = summarize(outcomes)
  const done = doneOf(outcomes)
  const several = new Set(done.map(({ cell }) => cell.seed)).size > 1
  return {
    title: "Variants",
    note:
      `${several ? "Mean and standard deviation (n − 1) over " : "Under "}${seedsInWords(outcomes)}. Precision, recall and AUC of all pixels ` +
      "of all test images together; ASD, HD95 and Dice of volumes are means over patients; lesions are found at an IoU above 0.5.",
    columns: [
      { key: "variant", title: "Variant" },
      { key: "parameters", title: "Parameters" },
      ...HEADLINES.flatMap(({ title, unit }, i): ReadonlyArray<Column<VariantRow>> => {
        const digits = unit === "mm" ? 2 : 3
        return [
          { key: `mean${i}`, title, digits, ...(unit && { unit }) },
          ...(several ? [{ key: `deviation${i}`, title: "± s.d.", digits } as const] : [])
        ]
      })
    ],
    rows: variantsOf(outcomes).map((variant): VariantRow => {
      const parameters = done.find(({ cell }) => cell.variant === variant)?.result.network.parameters
      const numbers = HEADLINES.flatMap((choice, i) => {
        const found = summaries.find((summary) => summary.variant === variant && isChosen(summary, choice))
        return found === undefined
          ? []
          : [[`mean${i}`, found.mean] as const, ...(several ? [[`deviation${i}`, found.deviation] as const] : [])]
      })
      return { variant, ...(parameters !== undefined && { parameters }), ...Object.fromEntries(numbers) }
    })
  }
}

const isChosen = (summary: VariantSummary, { of, metric, aggregation }: MetricChoice): boolean =>
  summary.of === of && summary.metric === metric && summary.aggregation === aggregation && summary.empty === "exclude"

/** Whether the variants differ, patient by patient. */
export const testsTable = (
  outcomes: ReadonlyArray<Outcome>,
  { reference }: { readonly reference?: string } = {}
): Table<Comparison> => ({
  title: "Differences between variants",
  note:
    "Wilcoxon's signed ranks over patients, of the Dice in voxels as a mean over seeds; two-sided p, corrected by Holm for all rows. " +
    "Above zero the first variant is the better one.",
  columns: [
    { key: "first", title: "First" },
    { key: "second", title: "Second" },
    { key: "pairs", title: "Patients" },
    { key: "medianDifference", title: "Median difference", signed: true, digits: 3 },
    { key: "p", title: "p" },
    { key: "corrected", title: "p, corrected" }
  ],
  rows: compareVariants(outcomes, reference === undefined ? {} : { reference })
})

/** A test patient: the Dice under each variant, by its place. */
export interface PatientRow {
  readonly caseId: string
  readonly milliliters?: number
  readonly lesions: number
  readonly [dice: `dice${number}`]: number
}

/** The test patients, a row each, with the Dice in voxels under each variant as a mean over seeds. */
export const patientsTable = (
  outcomes: ReadonlyArray<Outcome>,
  { cases }: Pick<CohortFacts, "cases">
): Table<PatientRow> => {
  const means = patientMeans(outcomes, ({ volume }) => dice(volume.voxels))
  return {
    title: "Test patients",
    note: `Dice in voxels, ${overSeeds(outcomes)}. None where neither truth nor prediction marks anything.`,
    columns: [
      { key: "caseId", title: "Case" },
      { key: "milliliters", title: "Tumour", unit: "ml", digits: 1 },
      { key: "lesions", title: "Lesions" },
      ...[...means.keys()].map((variant, i) => ({ key: `dice${i}` as const, title: variant, digits: 3 }))
    ],
    rows: cases
      .filter(({ id }) => [...means.values()].some((values) => values.has(id)))
      .map(({ id, tumor, spacingTrusted }): PatientRow => {
        const found = [...means.values()].map((values, i) => [`dice${i}`, values.get(id) ?? Number.NaN] as const)
        return {
          caseId: id,
          lesions: tumor.lesions,
          ...(spacingTrusted && { milliliters: tumor.volume / 1000 }),
          ...Object.fromEntries(found)
        }
      })
  }
}

/** "seed 1" or "3 seeds": those of the cells that are done. */
export const seedsInWords = (outcomes: ReadonlyArray<Outcome>): string => {
  const seeds = [...new Set(doneOf(outcomes).map(({ cell }) => cell.seed))]
  return seeds.length === 1 ? `seed ${seeds[0]}` : `${seeds.length} seeds`
}

/** "seed 1" or "mean over 3 seeds". */
export const overSeeds = (outcomes: ReadonlyArray<Outcome>): string => {
  const seeds = seedsInWords(outcomes)
  return seeds.startsWith("seed ") ? seeds : `mean over ${seeds}`
}

/** A table with the data and scale of its figures in each row, for files that have no room for a note. */
export const withData = <Row extends object>(
  table: Table<Row>,
  provenance: Provenance
): Table<Row & { readonly data: string }> => ({
  ...table,
  columns: [
    ...(table.columns as ReadonlyArray<Column<Row & { readonly data: string }>>),
    { key: "data", title: "Made on" }
  ],
  rows: table.rows.map((row) => ({ ...row, data: inWords(provenance) }))
})
