import type { Aggregation } from "../../metrics/aggregate.ts"
import { type Compared, type ComparisonRow, comparisonTable } from "../../report/comparison.ts"
import type { Table, Footnote as TableFootnote } from "../../report/tabular.ts"
import type { Ground } from "../metricsOf.ts"
import { contradictions, type FigurePlace } from "../paper/contradictions.ts"
import type { PaperColumn, PaperTable } from "../paper/paper.ts"
import { type RepetitionCount, seedCountsOf } from "../study/repetitions.ts"
import type { Outcome } from "../study/runStudy.ts"
import { summarize, type VariantSummary } from "../study/summarize.ts"
import { emptyRuleInWords } from "./emptyMasks.ts"
import { paperDistance } from "./paperDistance.ts"
import { countInWords, fewerValues, nothingToFind, patientsInWords, seedsInWords } from "./studyWords.ts"

export interface BesidePaperOptions {
  /** What ours were measured on, in words: they are never taken for figures of LiTS where they are not. */
  readonly data: string
  /** Which of ours the paper's figure is taken from. Default `"pooled"`, as its Dice must have been. */
  readonly against?: Aggregation
}

/**
 * A table of the paper with what a study found beside it: the mean over seeds under each aggregation, its deviation, and as
 * footnotes which numbers are of fewer seeds, why some are not to be subtracted, and what the paper's figures say about each other, at the figure that is meant. A
 * variant that failed has the paper's figure alone.
 *
 * @example
 * ```ts
 * const [, ablation] = paperTables
 * console.log(toMarkdown(besidePaper(ablation, outcomes, { data: "30 phantoms at 96 x 96 pixels" })))
 * ```
 */
export const besidePaper = (
  table: PaperTable,
  outcomes: ReadonlyArray<Outcome>,
  { data, against = "pooled" }: BesidePaperOptions
): Table<ComparisonRow> => {
  const summaries = summarize(outcomes)
  const measurements = measurementsOf(table, summaries)
  const distances = table.columns.some(({ name }) => name === "ASD")
  const compared = comparisonTable(
    `Beside the paper's Table ${table.number}: “${table.title}”`,
    measurements.map(({ figure }) => ({ ...figure, ...paperDistance(figure, outcomes, summaries, against) })),
    {
      against,
      note: [
        `Paper: LiTS. Ours: ${data}; ${patientsInWords(outcomes)}, ${seedsInWords(outcomes)}.`,
        emptyRuleInWords(distances),
        ...nothingToFind(outcomes)
      ].join(" "),
      footnotes: [
        ...fewerNotes(measurements, seedCountsOf(outcomes)),
        ...contradictions().flatMap(({ places, text }) =>
          places
            .filter((place) => place.table === table.number)
            .map((place) => ({ text, row: rowOf(measurements, place), column: "paper" }))
        )
      ]
    }
  )
  return { ...compared, madeOn: data }
}

/** A figure of the paper, and the summaries that ours are. */
interface Measurement {
  readonly figure: Compared
  readonly summaries: ReadonlyArray<VariantSummary>
}

const rowOf = (measurements: ReadonlyArray<Measurement>, { variant, column }: FigurePlace): number =>
  measurements.findIndex(({ figure }) => figure.variant === variant && figure.metric === column)

/** Where a variant has fewer repetitions than the study, and where a number has fewer than its variant. */
const fewerNotes = (
  measurements: ReadonlyArray<Measurement>,
  counts: ReadonlyMap<string, RepetitionCount>
): ReadonlyArray<TableFootnote> =>
  measurements.flatMap(({ figure: { variant }, summaries }, row) => {
    const counted = counts.get(variant)
    if (counted === undefined || counted.count === 0) return []
    const { count, of } = counted
    const first = measurements.findIndex(({ figure }) => figure.variant === variant) === row
    return [
      ...(first && count < of ? [{ text: `${countInWords(counted)}: ${variant} has no more results.`, row }] : []),
      ...summaries
        .filter((summary) => summary.count > 0 && summary.count < count)
        .map((summary) => ({
          text: fewerValues({ count: summary.count, of }),
          row,
          column: summary.aggregation
        }))
    ]
  })

/** The figures of a paper's table, each with ours under each aggregation; ASD once in pixels and once in mm. */
export const figuresOf = (table: PaperTable, summaries: ReadonlyArray<VariantSummary>): ReadonlyArray<Compared> =>
  measurementsOf(table, summaries).map(({ figure }) => figure)

const measurementsOf = (
  { columns, rows }: PaperTable,
  summaries: ReadonlyArray<VariantSummary>
): ReadonlyArray<Measurement> =>
  rows.flatMap(({ variant, values }) => {
    const own = summaries.filter((summary) => summary.variant === variant)
    return columns.flatMap((column, i) => {
      const found = groundsOf(column).map((of) => measured(column, of, own))
      // Where nothing was measured there is one figure all the same, the paper's.
      const [first, ...others] = found.filter((some) => some.length > 0)
      return [first ?? [], ...others].map(
        (some): Measurement => ({
          figure: { variant, metric: column.name, paper: values[i], ...oursOf(some) },
          summaries: some
        })
      )
    })
  })

const groundsOf = ({ ours }: PaperColumn): ReadonlyArray<Ground> => [...new Set(ours.map(({ of }) => of))]

const measured = (
  column: PaperColumn,
  ground: Ground,
  summaries: ReadonlyArray<VariantSummary>
): ReadonlyArray<VariantSummary> =>
  column.ours.flatMap(({ of, metric, aggregation, empty = "exclude" }) => {
    const summary = summaries.find(
      (each) => each.of === of && each.metric === metric && each.aggregation === aggregation && each.empty === empty
    )
    return of !== ground || summary === undefined ? [] : [summary]
  })

const oursOf = (found: ReadonlyArray<VariantSummary>): Pick<Compared, "unit" | "ours" | "deviation"> => {
  const unit = found[0]?.unit
  const named = (value: (summary: VariantSummary) => number) =>
    Object.fromEntries(
      found.flatMap((summary) => (Number.isNaN(value(summary)) ? [] : [[summary.aggregation, value(summary)]]))
    )
  return {
    ...(unit !== undefined && { unit }),
    ours: named(({ mean }) => mean),
    deviation: named(({ deviation }) => deviation)
  }
}
