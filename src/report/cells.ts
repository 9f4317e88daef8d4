import type { AnyTable, Column, Table } from "./tabular.ts"

/** A value as a person reads it: empty where it is missing or undefined. */
export const cellText = (value: unknown): string =>
  value === undefined || value === null || Number.isNaN(value) ? "" : String(value)

/** How a column is to be read: to the right where it has numbers. */
export interface Reading<Row extends object> {
  readonly column: Column<Row>
  /** The column's, and what stands behind its numbers. */
  readonly title: string
  /** The title with the unit in brackets. */
  readonly heading: string
  readonly numeric: boolean
  /** The text of a row's cell, empty where there is nothing. */
  readonly textOf: (row: Row) => string
}

/** The columns of a table as people read them. A column of whole numbers alone has no decimals, unless it is told how many. */
export const readings = <Row extends object>({ columns, rows }: Table<Row>): ReadonlyArray<Reading<Row>> =>
  columns.map((column) => {
    const { deviation, key, signed = false, unit } = column
    const isNumber = (row: Row) => typeof row[key] === "number"
    const whole = rows.every((row) => !isNumber(row) || Number.isInteger(row[key]) || !Number.isFinite(row[key]))
    const { digits = whole && deviation === undefined ? 0 : 4 } = column
    const rounded = (value: number, row: Row) =>
      unsigned(value.toFixed(typeof digits === "number" ? digits : digits(row)))
    const deviationOf = (row: Row): string => {
      const value: unknown = deviation === undefined ? undefined : row[deviation]
      return typeof value === "number" && Number.isFinite(value) ? ` ± ${rounded(value, row)}` : ""
    }
    const title = rows.some((row) => deviationOf(row) !== "") ? `${column.title} ± s.d.` : column.title
    return {
      column,
      title,
      heading: unit === undefined ? title : `${title} (${unit})`,
      numeric: rows.some(isNumber),
      textOf: (row) => {
        const value: unknown = row[key]
        if (typeof value !== "number" || !Number.isFinite(value)) return cellText(value)
        const text = rounded(value, row)
        return `${signed && Number(text) > 0 ? "+" : ""}${text}${deviationOf(row)}`
      }
    }
  })

/** What rounds to zero has no sign. */
const unsigned = (text: string): string => (Number(text) === 0 ? text.replace("-", "") : text)

/** What stands below a table: its note, and what it was made on where the note does not say so. */
export const noteOf = ({ madeOn, note }: Pick<AnyTable, "madeOn" | "note">): string | undefined => {
  if (madeOn === undefined || note?.includes(madeOn)) return note
  return `${note === undefined ? "" : `${note} `}Made on ${madeOn}.`
}

/** The fields that a table's columns show, for files in which each has a column. */
export const fieldsOf = <Row extends object>({
  columns
}: Pick<Table<Row>, "columns">): ReadonlyArray<keyof Row & string> =>
  columns.flatMap(({ deviation, key }) => (deviation === undefined ? [key] : [key, deviation]))

/** The letters a, b, c .., z being followed by aa. */
const noteMark = (index: number): string =>
  `${index < 26 ? "" : noteMark(Math.floor(index / 26) - 1)}${String.fromCharCode(97 + (index % 26))}`

/** The footnotes of a table with their marks. */
export interface Marking {
  /** Lettered as a reader meets them: headings, then row by row. What is said in several places has one mark. */
  readonly notes: ReadonlyArray<{ readonly mark: string; readonly text: string }>
  /** The marks at a heading (`row` undefined) or a cell, joined by commas. */
  readonly at: (row: number | undefined, key: string) => string
}

export const markingOf = <Row extends object>({ columns, footnotes = [] }: Table<Row>): Marking => {
  const places = footnotes
    .map(({ text, row = -1, column }) => {
      const at = column === undefined && row >= 0 ? 0 : columns.findIndex(({ key }) => key === column)
      return { text, row, at }
    })
    // What belongs to no place comes last.
    .sort((a, b) => Number(a.at < 0) - Number(b.at < 0) || a.row - b.row || a.at - b.at)
  const notes = [...new Set(places.map(({ text }) => text))].map((text, i) => ({ mark: noteMark(i), text }))
  return {
    notes,
    at: (row = -1, key) => {
      const here = places.filter((place) => place.row === row && columns[place.at]?.key === key)
      return notes
        .filter(({ text }) => here.some((place) => place.text === text))
        .map(({ mark }) => mark)
        .join(",")
    }
  }
}
