import type { Aggregation } from "../metrics/aggregate.ts"
import { type Compared, type ComparisonRow, comparisonTable } from "../report/comparison.ts"
import type { Table } from "../report/tabular.ts"
import { contradictions } from "./contradictions.ts"
import type { Ground } from "./metricsOf.ts"
import type { PaperColumn, PaperTable } from "./paper.ts"
import { doneOf, type Outcome } from "./runStudy.ts"
import { summarize, type VariantSummary } from "./summarize.ts"

export interface BesidePaperOptions {
  /** What ours were measured on, in words: they are never taken for figures of LiTS where they are not. */
  readonly data: string
  /** Which of ours the paper's figure is taken from. Default `"pooled"`, as its Dice must have been. */
  readonly against?: Aggregation
}

/**
 * A table of the paper with what a study found beside it: the mean over seeds under each aggregation, its deviation, and what the
 * paper's figures say about each other as footnotes. A variant that failed has the paper's figure alone.
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
  const done = doneOf(outcomes)
  const count = (values: ReadonlyArray<unknown>) => new Set(values).size
  const patients = count(done.flatMap(({ result }) => result.split.test))
  const seeds = count(done.map(({ cell }) => cell.seed))
  const some = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`
  return comparisonTable(`Table ${table.number}. ${table.title}`, figuresOf(table, summaries), {
    against,
    note: `Paper: LiTS. Ours: ${data}; ${some(patients, "test patient")}, ${some(seeds, "seed")}.`,
    footnotes: contradictions()
      .filter(({ tables }) => tables.includes(table.number))
      .map(({ text }) => ({ text }))
  })
}

/** The figures of a paper's table, each with ours under each aggregation; ASD once in pixels and once in mm. */
export const figuresOf = (
  { columns, rows }: PaperTable,
  summaries: ReadonlyArray<VariantSummary>
): ReadonlyArray<Compared> =>
  rows.flatMap(({ variant, values }) =>
    columns.flatMap((column, i) =>
      [...new Set(column.ours.map(({ of }) => of))].map(
        (of): Compared => ({
          variant,
          metric: column.name,
          paper: values[i],
          ...measured(
            column,
            of,
            summaries.filter((summary) => summary.variant === variant)
          )
        })
      )
    )
  )

const measured = (
  column: PaperColumn,
  ground: Ground,
  summaries: ReadonlyArray<VariantSummary>
): Pick<Compared, "unit" | "ours" | "deviation"> => {
  const found = column.ours.flatMap(({ of, metric, aggregation, empty = "exclude" }) => {
    const summary = summaries.find(
      (each) => each.of === of && each.metric === metric && each.aggregation === aggregation && each.empty === empty
    )
    return of !== ground || summary === undefined ? [] : [summary]
  })
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
