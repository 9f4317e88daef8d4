import type { Aggregation } from "../metrics/aggregate.ts"
import type { Column, Footnote, Table } from "./tabular.ts"

/** One figure of a paper, and what was found here under each aggregation that there is. */
export interface Compared {
  /** Such as a network, or its options. */
  readonly variant: string
  readonly metric: string
  readonly unit?: string
  /** What the paper prints. */
  readonly paper?: number
  readonly ours: { readonly [K in Aggregation]?: number }
  /** Standard deviation between repetitions, of each figure of `ours` that has several. */
  readonly deviation?: { readonly [K in Aggregation]?: number }
  /** Of what ours are, in words, where that is not all. */
  readonly values?: string
  /** Why ours is not to be subtracted from the paper's: there is no difference then, but a footnote. */
  readonly incomparable?: string
}

/** A figure beside the paper's. `difference` is ours under one aggregation, named in the column's title, less the paper's. */
export interface ComparisonRow {
  readonly variant: string
  readonly metric: string
  readonly unit?: string
  readonly paper?: number
  readonly pooled?: number
  readonly pooledDeviation?: number
  readonly perCase?: number
  readonly perCaseDeviation?: number
  readonly perSlice?: number
  readonly perSliceDeviation?: number
  readonly perLesion?: number
  readonly perLesionDeviation?: number
  readonly values?: string
  readonly difference?: number
}

export interface ComparisonOptions {
  /** Which of ours the paper's figure is taken from; it has no default, for the same masks give other numbers. */
  readonly against: Aggregation
  /** Decimal places of ours for people. Default 3. */
  readonly digits?: number
  readonly note?: string
  readonly footnotes?: ReadonlyArray<Footnote>
}

/**
 * A table of a paper's figures beside ours: `paper`, ours under each named aggregation, and the difference. Aggregations that
 * no row has are left out. The paper's have their own decimal places, the same for all of a metric.
 *
 * @example
 * ```ts
 * const rows = [{ variant: "U-Net", metric: "Dice", paper: 0.643, ours: { pooled: 0.7, perCase: 0.61 } }]
 * toMarkdown(comparisonTable("Table 4", rows, { against: "pooled" }))
 * ```
 */
export const comparisonTable = (
  title: string,
  figures: ReadonlyArray<Compared>,
  { against, digits = 3, note, footnotes }: ComparisonOptions
): Table<ComparisonRow> => {
  const rows = figures.map((figure) => rowOf(figure, against))
  const some = (key: keyof ComparisonRow) => rows.some((row) => row[key] !== undefined)
  const printed = placesOf(figures)
  const reasons = figures.flatMap(({ incomparable }, row) =>
    incomparable === undefined ? [] : [{ text: incomparable, row, column: "difference" }]
  )
  return {
    title,
    ...(note !== undefined && { note }),
    ...((footnotes !== undefined || reasons.length > 0) && { footnotes: [...(footnotes ?? []), ...reasons] }),
    columns: [
      { key: "variant", title: "Variant" },
      { key: "metric", title: "Metric" },
      ...(some("unit") ? [{ key: "unit", title: "Unit" } as const] : []),
      { key: "paper", title: "Paper", digits: ({ metric }) => printed.get(metric) ?? digits },
      ...AGGREGATIONS.filter(({ key }) => some(key)).map(({ key, title }): Column<ComparisonRow> => {
        const deviation = `${key}Deviation` as const
        return { key, title: `Ours, ${title}`, digits, ...(some(deviation) && { deviation }) }
      }),
      { key: "difference", title: `Difference (${aggregationInWords(against)})`, digits, signed: true },
      ...(some("values") ? [{ key: "values", title: "Values" } as const] : [])
    ],
    rows
  }
}

/** How many decimal places the paper prints of each metric; of a single number a zero at its end is lost. */
const placesOf = (figures: ReadonlyArray<Compared>): ReadonlyMap<string, number> => {
  const places = new Map<string, number>()
  for (const { metric, paper } of figures) {
    if (paper === undefined) continue
    const [, decimals = ""] = String(paper).split(".")
    places.set(metric, Math.max(places.get(metric) ?? 0, decimals.length))
  }
  return places
}

const AGGREGATIONS = [
  { key: "pooled", title: "pooled" },
  { key: "perCase", title: "per case" },
  { key: "perSlice", title: "per slice" },
  { key: "perLesion", title: "per lesion" }
] as const satisfies ReadonlyArray<{ readonly key: Aggregation; readonly title: string }>

/** "per case" and the like. */
export const aggregationInWords = (aggregation: Aggregation): string =>
  AGGREGATIONS.find(({ key }) => key === aggregation)?.title ?? aggregation

const rowOf = (
  { variant, metric, unit, paper, ours, deviation = {}, values, incomparable }: Compared,
  against: Aggregation
): ComparisonRow => {
  const own = ours[against]
  const deviations = AGGREGATIONS.map(({ key }) => [`${key}Deviation`, deviation[key]] as const)
  return {
    variant,
    metric,
    ...(unit !== undefined && { unit }),
    ...(paper !== undefined && { paper }),
    ...ours,
    ...Object.fromEntries(deviations.filter(([, value]) => value !== undefined)),
    ...(values !== undefined && { values }),
    ...(own !== undefined && paper !== undefined && incomparable === undefined && { difference: own - paper })
  }
}
