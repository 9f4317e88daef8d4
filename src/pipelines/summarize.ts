import type { Table } from "../report/table.ts"
import { type MetricChoice, type MetricRow, metricOf, metricsOf } from "./metricsOf.ts"
import type { ProtocolResult } from "./protocolResult.ts"
import { doneOf, type Outcome } from "./runStudy.ts"

/** One number of a variant over its repetitions. */
export interface VariantSummary extends Pick<MetricRow, "of" | "metric" | "unit" | "aggregation" | "empty"> {
  readonly variant: string
  /** Over the repetitions that have a value; NaN where none has. */
  readonly mean: number
  /** Their standard deviation with n - 1; NaN for fewer than two. */
  readonly deviation: number
  /** Of each repetition, in the order of seeds and folds. */
  readonly values: ReadonlyArray<number>
}

export interface SummarizeOptions {
  /**
   * What is one repetition. `"seed"`: all folds of a seed together, their cases aggregated as those of one test, since each fold
   * tests other patients. `"cell"`: each fold by itself. Default `"seed"`.
   */
  readonly repetition?: "seed" | "cell"
}

/**
 * Mean and standard deviation of every number of every variant, over its seeds. Cells that failed have no part in it.
 *
 * @example
 * ```ts
 * const dice = summarize(outcomes).filter(({ of, metric }) => of === "volumes" && metric === "Dice")
 * ```
 */
export const summarize = (
  outcomes: ReadonlyArray<Outcome>,
  { repetition = "seed" }: SummarizeOptions = {}
): ReadonlyArray<VariantSummary> => {
  const groups = new Map<string, Map<string, ReadonlyArray<ProtocolResult>>>()
  for (const { cell, result } of doneOf(outcomes)) {
    const name = repetition === "seed" ? `${cell.seed}` : `${cell.seed} ${cell.fold}`
    const repetitions = groups.get(cell.variant) ?? new Map<string, ReadonlyArray<ProtocolResult>>()
    groups.set(cell.variant, repetitions.set(name, [...(repetitions.get(name) ?? []), result]))
  }
  return [...groups].flatMap(([variant, repetitions]) => {
    const tests = [...repetitions.values()].map((results) =>
      // A test of one cell has its numbers already.
      results.length === 1 ? results[0].metrics : metricsOf(results.flatMap(({ cases }) => cases))
    )
    return tests[0].map(({ of, metric, unit, aggregation, empty }, i): VariantSummary => {
      const values = tests.map((rows) => rows[i].value)
      return { variant, of, metric, ...(unit && { unit }), aggregation, empty, ...spread(values), values }
    })
  })
}

/** A row of `studyTable`. Columns of numbers go by their place in the choice. */
export interface CellRow {
  readonly variant: string
  readonly seed: number
  readonly fold?: number
  readonly parameters?: number
  /** What became of it; of a failed cell, why. */
  readonly state: string
  readonly [metric: `metric${number}`]: number
}

/**
 * The cells of a study as a table: one row each, with the numbers of choice; a cell that failed says why.
 *
 * @example
 * ```ts
 * toMarkdown(studyTable("Ablation", outcomes, [{ of: "images", metric: "Dice", aggregation: "pooled" }]))
 * ```
 */
export const studyTable = (
  title: string,
  outcomes: ReadonlyArray<Outcome>,
  choices: ReadonlyArray<MetricChoice>
): Table<CellRow> => ({
  title,
  columns: [
    { key: "variant", title: "Variant" },
    { key: "seed", title: "Seed" },
    { key: "fold", title: "Fold" },
    { key: "parameters", title: "Parameters" },
    ...choices.map(({ of, metric, aggregation }, i) => ({
      key: `metric${i}` as const,
      title: `${metric} (${of}, ${aggregation})`
    })),
    { key: "state", title: "State" }
  ],
  rows: outcomes.map((outcome): CellRow => {
    const { variant, seed, fold } = outcome.cell
    const place = { variant, seed, ...(fold !== undefined && { fold }) }
    if (outcome.kind === "failed") return { ...place, state: `${outcome.error.tag}: ${outcome.error.message}` }
    const { metrics, network } = outcome.result
    const numbers = choices.map((choice, i) => [`metric${i}`, metricOf(metrics, choice)?.value ?? Number.NaN] as const)
    return { ...place, parameters: network.parameters, ...Object.fromEntries(numbers), state: "done" }
  })
})

const spread = (all: ReadonlyArray<number>): Pick<VariantSummary, "mean" | "deviation"> => {
  const values = all.filter((value) => !Number.isNaN(value))
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: n < 2 ? Number.NaN : Math.sqrt(squares / (n - 1)) }
}
