/** A column of a table: which field of a row it shows, and how. */
export interface Column<Row> {
  readonly key: keyof Row & string
  /** For people; in CSV and JSON a column goes by its key. */
  readonly title: string
  /** Such as `"mm"`. */
  readonly unit?: string
  /** Decimal places for people, of all rows or of each. Default 4, unless all of the column's numbers are whole. */
  readonly digits?: number | ((row: Row) => number)
  /** Which field has the standard deviation: people see it behind the number, in CSV and JSON it is a column of its own. */
  readonly deviation?: keyof Row & string
  /** Whether people see a plus before what is above zero, as for differences. Default false. */
  readonly signed?: boolean
}

/** A remark below a table, with a mark where it belongs: at a cell, at a row's first cell, at a heading, or at none of them. */
export interface Footnote {
  readonly text: string
  /** Counted from 0. */
  readonly row?: number
  /** The key of the column. */
  readonly column?: string
}

/** Rows of one kind, and what is known about their columns. The rows are the values themselves, unrounded. */
export interface Table<Row extends object> {
  readonly title: string
  /** What one must know to read it. */
  readonly note?: string
  readonly footnotes?: ReadonlyArray<Footnote>
  /** What its numbers were made on, in words. People read it in the note; in CSV, which has none, every row has it as `data`. */
  readonly madeOn?: string
  readonly columns: ReadonlyArray<Column<Row>>
  readonly rows: ReadonlyArray<Row>
}

/** A table of whatever rows: any `Table<Row>` is one. */
export interface AnyTable extends Pick<Table<object>, "title" | "note" | "footnotes" | "madeOn" | "rows"> {
  readonly columns: ReadonlyArray<Column<never>>
}

/** A table whose rows are told by their fields alone: rows are objects, whose fields the columns name. */
export const plainTable = (table: AnyTable): Table<Record<string, unknown>> => table as Table<Record<string, unknown>>
