import type { Column, Table } from "./tabular.ts"

/** A value as a person reads it: empty where it is missing or undefined. */
export const textOf = (value: unknown): string =>
  value === undefined || value === null || Number.isNaN(value) ? "" : String(value)

/** How a column is to be read: to the right where it has numbers, all of them with as many decimals. */
export interface Reading<Row extends object> {
  readonly column: Column<Row>
  /** The title with the unit in brackets. */
  readonly heading: string
  readonly numeric: boolean
  /** The text of a row's cell, empty where there is nothing. */
  readonly textOf: (row: Row) => string
}

/** The columns of a table as people read them. A column of whole numbers alone has no decimals. */
export const readings = <Row extends object>({ columns, rows }: Table<Row>): ReadonlyArray<Reading<Row>> =>
  columns.map((column) => {
    const { digits = 4, key, signed = false, title, unit } = column
    const numbers = rows.map((row): unknown => row[key]).filter((value) => typeof value === "number")
    const whole = numbers.every((value) => Number.isInteger(value) || !Number.isFinite(value))
    return {
      column,
      heading: unit === undefined ? title : `${title} (${unit})`,
      numeric: numbers.length > 0,
      textOf: (row) => {
        const value: unknown = row[key]
        if (typeof value !== "number" || !Number.isFinite(value)) return textOf(value)
        const text = whole ? String(value) : unsigned(value.toFixed(digits))
        return signed && Number(text) > 0 ? `+${text}` : text
      }
    }
  })

/** What rounds to zero has no sign. */
const unsigned = (text: string): string => (Number(text) === 0 ? text.replace("-", "") : text)

/** A, b, c ..: the marks of a table's footnotes, z being followed by aa. */
export const noteMark = (index: number): string =>
  `${index < 26 ? "" : noteMark(Math.floor(index / 26) - 1)}${String.fromCharCode(97 + (index % 26))}`

/** The marks of the footnotes that belong to a heading (`row` undefined) or a cell, joined by commas. */
export const marksAt = <Row extends object>(
  { columns, footnotes = [] }: Table<Row>,
  row: number | undefined,
  key: string
): string =>
  footnotes
    .flatMap(({ column, row: of }, index) => {
      const first = of === undefined ? undefined : columns[0]?.key
      const at = column ?? first
      return of === row && at === key ? [noteMark(index)] : []
    })
    .join(",")
