import type { Table } from "../../report/table.ts"
import { type MetricChoice, type MetricRow, metricOf, metricsOf } from "../metricsOf.ts"
import { type RepetitionUnit, repetitionsOf } from "./repetitions.ts"
import type { CellDone, Outcome } from "./runStudy.ts"

/** One number of a variant over its repetitions. */
export interface VariantSummary extends Pick<MetricRow, "of" | "metric" | "unit" | "aggregation" | "empty"> {
  readonly variant: string
  /** Over the repetitions that have a value; NaN where none has. */
  readonly mean: number
  /** Their standard deviation with n - 1; NaN for fewer than two. */
  readonly deviation: number
  /** How many repetitions have a value. */
  readonly count: number
  /** Of how many patients, images or lesions a repetition's number is: `all` less those that the rule for empty masks leaves out. */
  readonly units: UnitCount
  /** How many repetitions the study has. */
  readonly repetitions: number
  /** Of each repetition of the study, in the order of seeds and folds; NaN where it has none. */
  readonly values: ReadonlyArray<number>
}

/** How many of all units have a value: the fewest and the most of any repetition. */
export interface UnitCount {
  readonly fewest: number
  readonly most: number
  readonly all: number
}

export interface SummarizeOptions {
  /**
   * What is one repetition. `"seed"`: all folds of a seed together, their cases aggregated as those of one test, since each fold
   * tests other patients; without one of them there is no such test. `"cell"`: each fold by itself. Default `"seed"`.
   */
  readonly repetition?: RepetitionUnit
}

/**
 * Mean and standard deviation of every number of every variant, over its seeds. Cells that failed have no part in it; how many
 * repetitions are left is `count`. Variants without any have no numbers.
 *
 * @example
 * ```ts
 * const dice = summarize(outcomes).filter(({ of, metric }) => of === "volumes" && metric === "Dice")
 * ```
 */
export const summarize = (
  outcomes: ReadonlyArray<Outcome>,
  { repetition = "seed" }: SummarizeOptions = {}
): ReadonlyArray<VariantSummary> =>
  [...repetitionsOf(outcomes, repetition)].flatMap(([variant, repetitions]) => {
    const tests = repetitions.map((cells) => cells && metricsOfTest(cells))
    const rows = tests.find((found) => found !== undefined) ?? []
    return rows.map(({ of, metric, unit, aggregation, empty }, i): VariantSummary => {
      const values = tests.map((found) => found?.[i].value ?? Number.NaN)
      const known = { variant, of, metric, ...(unit && { unit }), aggregation, empty }
      const units = unitCount(tests.flatMap((found) => found?.[i] ?? []))
      return { ...known, ...spread(values), repetitions: repetitions.length, units, values }
    })
  })

/** The numbers of cells whose cases are one test; of a single cell they are known. */
const metricsOfTest = (cells: ReadonlyArray<CellDone>): ReadonlyArray<MetricRow> =>
  cells.length === 1 ? cells[0].result.metrics : metricsOf(cells.flatMap(({ result }) => result.cases))

const unitCount = (rows: ReadonlyArray<MetricRow>): UnitCount => {
  const counts = rows.map(({ count }) => count)
  const all = Math.max(...rows.map(({ count, excluded }) => count + excluded))
  return { fewest: Math.min(...counts), most: Math.max(...counts), all }
}

/** A row of `studyTable`. Columns of numbers go by what they are: `"images Dice pooled"`. */
export interface CellRow {
  readonly variant: string
  readonly seed: number
  readonly fold?: number
  readonly parameters?: number
  /** What became of it; of a failed cell, why. */
  readonly state: string
  readonly [metric: `${MetricChoice["of"]} ${string}`]: number
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
    ...choices.map((choice) => ({
      key: keyOf(choice),
      title: `${choice.metric} (${choice.of}, ${choice.aggregation})`
    })),
    { key: "state", title: "State" }
  ],
  rows: outcomes.map((outcome): CellRow => {
    const { variant, seed, fold } = outcome.cell
    const place = { variant, seed, ...(fold !== undefined && { fold }) }
    if (outcome.kind === "failed") return { ...place, state: `${outcome.error.tag}: ${outcome.error.message}` }
    const { metrics, network } = outcome.result
    const numbers = choices.map((choice) => [keyOf(choice), metricOf(metrics, choice)?.value ?? Number.NaN] as const)
    return { ...place, parameters: network.parameters, ...Object.fromEntries(numbers), state: "done" }
  })
})

const keyOf = ({ of, metric, aggregation, empty }: MetricChoice) =>
  `${of} ${metric} ${aggregation}${empty === undefined ? "" : ` ${empty}`}` as const

const spread = (all: ReadonlyArray<number>): Pick<VariantSummary, "mean" | "deviation" | "count"> => {
  const values = all.filter((value) => !Number.isNaN(value))
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: n < 2 ? Number.NaN : Math.sqrt(squares / (n - 1)), count: n }
}
