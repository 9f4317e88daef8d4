import { type PaperColumn, type PaperTable, PROPOSED, paperTables, paperValue } from "./paper.ts"

/** Something that the figures of the paper say about each other. */
export interface Footnote {
  /** Where it belongs: in each table that it is about the figure that it begins with. */
  readonly places: ReadonlyArray<FigurePlace>
  readonly text: string
}

/** A figure of the paper. */
export interface FigurePlace {
  readonly table: PaperTable["number"]
  readonly variant: string
  readonly column: PaperColumn["name"]
}

/**
 * What the paper's tables say about each other, computed from their figures: how its columns must have been aggregated, and where
 * figures that should be the same are not. Figures that agree give no footnote.
 *
 * @example
 * ```ts
 * contradictions().map(({ text }) => text)
 * ```
 */
export const contradictions = (tables: ReadonlyArray<PaperTable> = paperTables): ReadonlyArray<Footnote> => {
  const value = (table: PaperTable["number"], variant: string, name: PaperColumn["name"]) =>
    paperValue(table, variant, name, tables)
  const proposed = (table: PaperTable["number"], name: PaperColumn["name"]) => value(table, PROPOSED[table - 1], name)
  return [
    ...pooledDice(tables, value),
    ...fBelowBoth(proposed),
    ...differing(proposed, "Fmeasure", 2, "Fmeasure", 3),
    ...differing(proposed, "Recall", 1, "Sensitivity", 4),
    ...sameDice(proposed)
  ]
}

type Value = (table: PaperTable["number"], variant: string, name: PaperColumn["name"]) => number | undefined
type Proposed = (table: PaperTable["number"], name: PaperColumn["name"]) => number | undefined

/** A figure of the proposed network. */
const proposedAt = (table: PaperTable["number"], column: PaperColumn["name"]): FigurePlace => ({
  table,
  variant: PROPOSED[table - 1],
  column
})

const harmonic = (p: number, r: number): number => (2 * p * r) / (p + r)

/** Dice is that of precision and recall: all three are of the same counts. */
const pooledDice = (tables: ReadonlyArray<PaperTable>, value: Value): ReadonlyArray<Footnote> => {
  const rows = (tables.find(({ number }) => number === 1)?.rows ?? []).flatMap(({ variant }) => {
    const [p, r, dice] = (["Precision", "Recall", "Dice"] as const).map((name) => value(1, variant, name))
    if (p === undefined || r === undefined || dice === undefined) return []
    return [{ variant, dice, f: harmonic(p, r) }]
  })
  // Each of the three is rounded to three places.
  if (rows.length === 0 || rows.some(({ dice, f }) => Math.abs(dice - f) > 0.001)) return []
  const each = rows.map(({ variant, dice, f }) => `${f.toFixed(4)} (${variant}; Dice ${dice})`).join(" and ")
  return [
    {
      places: rows.map(({ variant }) => ({ table: 1, variant, column: "Dice" })),
      text: `2PR/(P+R) is ${each}: to rounding the Dice column, as it is when all three are taken of the same pooled counts.`
    }
  ]
}

/** No weighted harmonic mean of two numbers lies below both. */
const fBelowBoth = (proposed: Proposed): ReadonlyArray<Footnote> =>
  ([2, 3] as const).flatMap((table) => {
    const [p, r, f] = [proposed(1, "Precision"), proposed(1, "Recall"), proposed(table, "Fmeasure")]
    if (p === undefined || r === undefined || f === undefined || f >= Math.min(p, r)) return []
    return [
      {
        places: [proposedAt(1, "Precision"), proposedAt(table, "Fmeasure")],
        text:
          `Fmeasure ${f} (Table ${table}) lies below both precision ${p} and recall ${r} (Table 1) of the same network, where ` +
          `2PR/(P+R) is ${harmonic(p, r).toFixed(4)}: no F of these two can, so it was aggregated otherwise or at another threshold.`
      }
    ]
  })

/** One network, one measure, two figures. */
const differing = (
  proposed: Proposed,
  first: PaperColumn["name"],
  a: PaperTable["number"],
  second: PaperColumn["name"],
  b: PaperTable["number"]
): ReadonlyArray<Footnote> => {
  const [x, y] = [proposed(a, first), proposed(b, second)]
  if (x === undefined || y === undefined || x === y) return []
  const text =
    `${first} of the proposed network is ${x} in Table ${a}, its ${second} ${y} in Table ${b}: ` +
    `${Math.abs(x - y).toFixed(4)} apart for the same measure.`
  return [{ places: [proposedAt(a, first), proposedAt(b, second)], text }]
}

/** The Dice column of one table stands beside another's; where the Dice agrees, the other columns should. */
const sameDice = (proposed: Proposed): ReadonlyArray<Footnote> => {
  const figures = ([1, 2, 3, 4] as const).map((table) => [table, proposed(table, "Dice")] as const)
  const known = figures.flatMap(([table, dice]) => (dice === undefined ? [] : [{ table, dice }]))
  if (new Set(known.map(({ dice }) => dice)).size < 2) return []
  const each = known.map(({ table, dice }) => `${dice} (Table ${table})`).join(", ")
  return [
    { places: known.map(({ table }) => proposedAt(table, "Dice")), text: `Dice of the proposed network is ${each}.` }
  ]
}
