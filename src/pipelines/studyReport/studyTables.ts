import { dice } from "../../metrics/overlap.ts"
import type { Column, Table } from "../../report/tabular.ts"
import type { MetricChoice } from "../metricsOf.ts"
import { type Comparison, compareVariants } from "../study/compareVariants.ts"
import { patientMeans } from "../study/patientMeans.ts"
import { seedCountsOf } from "../study/repetitions.ts"
import { doneOf, type Outcome } from "../study/runStudy.ts"
import { summarize, type VariantSummary } from "../study/summarize.ts"
import type { CohortFacts } from "../surveyCohort.ts"
import { emptyRuleInWords, measuredPatients } from "./emptyMasks.ts"
import { fewerValues, nothingToFind, overSeeds, seedsInWords, some } from "./studyWords.ts"

/** The numbers that readers look for first, and how they are headed. */
const HEADLINES = [
  { key: "dicePooled", title: "Dice, images pooled", of: "images", metric: "Dice", aggregation: "pooled" },
  { key: "dicePerCase", title: "Dice, volumes", of: "volumes", metric: "Dice", aggregation: "perCase" },
  { key: "precision", title: "Precision", of: "images", metric: "precision", aggregation: "pooled" },
  { key: "recall", title: "Recall", of: "images", metric: "recall", aggregation: "pooled" },
  { key: "auc", title: "AUC", of: "images", metric: "AUC", aggregation: "pooled" },
  { key: "asd", title: "ASD", unit: "mm", of: "volumes", metric: "ASD", aggregation: "perCase" },
  { key: "hd95", title: "HD95", unit: "mm", of: "volumes", metric: "HD95", aggregation: "perCase" },
  { key: "lesionF1", title: "Lesion F1", of: "lesions", metric: "F1", aggregation: "pooled" }
] as const satisfies ReadonlyArray<
  MetricChoice & { readonly key: string; readonly title: string; readonly unit?: string }
>

type Headline = (typeof HEADLINES)[number]["key"]

/** A variant with its main numbers: means over seeds, and their standard deviations. */
export type VariantRow = {
  readonly variant: string
  readonly parameters?: number
  /** How many of the study's seeds it has, "2 of 3"; where no variant has fewer than others, not there. */
  readonly n?: string
} & { readonly [Key in Headline | `${Headline}Deviation`]?: number }

/** Mean and standard deviation over seeds of the main numbers, a row each variant; one that failed has none. */
export const variantsTable = (outcomes: ReadonlyArray<Outcome>): Table<VariantRow> => {
  const summaries = summarize(outcomes)
  const repetitions = [...seedCountsOf(outcomes)].map(([variant, counted]) => ({ variant, ...counted }))
  const several = repetitions.some(({ of }) => of > 1)
  const fewer = several && repetitions.some(({ count, of }) => count < of)
  const found = (variant: string, choice: MetricChoice) =>
    summaries.find((summary) => summary.variant === variant && isChosen(summary, choice))
  return {
    title: "Variants",
    note: [
      `${several ? "Mean and standard deviation (n − 1) over " : "Under "}${seedsInWords(outcomes)}. Precision, recall and AUC of all pixels ` +
        "of all test images together; ASD, HD95 and Dice of volumes are means over patients; lesions are found at an IoU above 0.5.",
      emptyRuleInWords(true),
      ...nothingToFind(outcomes)
    ].join(" "),
    footnotes: repetitions.flatMap(({ variant, count }, row) =>
      // A number may have no value in some of the repetitions, as distances where nothing is marked.
      HEADLINES.flatMap((choice) => {
        const summary = found(variant, choice)
        if (summary === undefined || summary.count === 0) return []
        const patients = "unit" in choice ? measuredPatients(outcomes, summary) : undefined
        return [
          ...(summary.count === count ? [] : [fewerValues({ count: summary.count, of: summary.repetitions })]),
          ...(patients === undefined ? [] : [`${patients}.`])
        ].map((text) => ({ text, row, column: choice.key }))
      })
    ),
    columns: [
      { key: "variant", title: "Variant" },
      { key: "parameters", title: "Parameters" },
      ...(fewer ? [{ key: "n", title: "Seeds" } as const] : []),
      ...HEADLINES.map((headline): Column<VariantRow> => {
        const { key, title } = headline
        const common = { key, title, ...(several && { deviation: `${key}Deviation` as const }) }
        return "unit" in headline ? { ...common, digits: 2, unit: headline.unit } : { ...common, digits: 3 }
      })
    ],
    rows: repetitions.map(({ variant, count, of }): VariantRow => {
      const parameters = doneOf(outcomes).find(({ cell }) => cell.variant === variant)?.result.network.parameters
      const numbers = HEADLINES.flatMap((choice): ReadonlyArray<readonly [string, number]> => {
        const summary = found(variant, choice)
        if (summary === undefined) return []
        return [
          [choice.key, summary.mean],
          ...(several ? [[`${choice.key}Deviation`, summary.deviation] as const] : [])
        ]
      })
      return {
        variant,
        ...(parameters !== undefined && { parameters }),
        ...(fewer && { n: `${count} of ${of}` }),
        ...Object.fromEntries(numbers)
      }
    })
  }
}

const isChosen = (summary: VariantSummary, { of, metric, aggregation }: MetricChoice): boolean =>
  summary.of === of && summary.metric === metric && summary.aggregation === aggregation && summary.empty === "exclude"

/** Two variants, with how many of the patients that both have the test ranks. */
export type TestRow = Comparison & { readonly patients: string }

/** Whether the variants differ, patient by patient; at a p that so few patients cannot bring below 0.05 stands the least they can. */
export const testsTable = (
  outcomes: ReadonlyArray<Outcome>,
  { reference }: { readonly reference?: string } = {}
): Table<TestRow> => {
  const rows = compareVariants(outcomes, reference === undefined ? {} : { reference })
  return {
    title: "Differences between variants",
    note: [
      "Wilcoxon's signed ranks over patients, of the Dice in voxels as a mean over the seeds that both variants have; two-sided p, " +
        "corrected by Holm for all rows. Patients whose values are equal are left out, of the median too. Above zero the first " +
        "variant is the better one.",
      ...nothingToFind(outcomes)
    ].join(" "),
    footnotes: rows.flatMap(({ method, pairs, zeros }, row) => {
      const least = 2 ** (1 - (pairs - zeros))
      if (method !== "exact" || least < 0.05) return []
      const text = `With ${some(pairs - zeros, "patient")} no p can be less than ${Math.min(1, least)}.`
      return [{ text, row, column: "p" }]
    }),
    columns: [
      { key: "first", title: "First" },
      { key: "second", title: "Second" },
      { key: "seeds", title: "Seeds" },
      { key: "patients", title: "Patients" },
      { key: "medianDifference", title: "Median difference", signed: true, digits: 3 },
      { key: "method", title: "Test" },
      { key: "p", title: "p", digits: 4 },
      { key: "corrected", title: "p, corrected", digits: 4 }
    ],
    rows: rows.map((row) => ({ ...row, patients: `${row.pairs - row.zeros} of ${row.pairs}` }))
  }
}

/** A test patient: the Dice under each variant, by its name. */
export interface PatientRow {
  readonly caseId: string
  readonly milliliters?: number
  readonly lesions: number
  readonly [dice: `dice ${string}`]: number
}

/** The test patients, a row each, with the Dice in voxels under each variant as a mean over seeds. */
export const patientsTable = (
  outcomes: ReadonlyArray<Outcome>,
  { cases }: Pick<CohortFacts, "cases">
): Table<PatientRow> => {
  const means = patientMeans(outcomes, ({ volume }) => dice(volume.voxels))
  return {
    title: "Test patients",
    note: [
      `Dice in voxels, ${overSeeds(outcomes)}. A dash stands where neither truth nor prediction marks anything (rule exclude), and ` +
        "where a variant has no result.",
      ...nothingToFind(outcomes)
    ].join(" "),
    columns: [
      { key: "caseId", title: "Case" },
      { key: "milliliters", title: "Tumour", unit: "ml", digits: 1 },
      { key: "lesions", title: "Lesions" },
      ...[...means.keys()].map((variant) => ({ key: `dice ${variant}` as const, title: variant, digits: 3 }))
    ],
    rows: cases
      .filter(({ id }) => [...means.values()].some((values) => values.has(id)))
      .map(({ id, tumor, spacingTrusted }): PatientRow => {
        const found = [...means].map(([variant, values]) => [`dice ${variant}`, values.get(id) ?? Number.NaN] as const)
        return {
          caseId: id,
          lesions: tumor.lesions,
          ...(spacingTrusted && { milliliters: tumor.volume / 1000 }),
          ...Object.fromEntries(found)
        }
      })
  }
}
