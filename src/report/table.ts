/** A column of a table: which field of a row it shows, and how. */
export interface Column<Row> {
  readonly key: keyof Row & string
  /** For people; in CSV and JSON a column goes by its key. */
  readonly title: string
  /** Such as `"mm"`. */
  readonly unit?: string
  /** Decimal places in Markdown. Default 4 for what is not a whole number. */
  readonly digits?: number
}

/** Rows of one kind, and what is known about their columns. The rows are the values themselves, unrounded. */
export interface Table<Row extends object> {
  readonly title: string
  /** What one must know to read it. */
  readonly note?: string
  readonly columns: ReadonlyArray<Column<Row>>
  readonly rows: ReadonlyArray<Row>
}

/**
 * A table as CSV (RFC 4180): a line of keys, then a line each row, numbers in full. What is missing or undefined is empty.
 *
 * @example
 * ```ts
 * const columns = [{ key: "caseId", title: "Case" }, { key: "dice", title: "Dice" }] as const
 * toCsv({ title: "Cases", columns, rows: [{ caseId: "volume-0", dice: 0.75 }] }) // => "caseId,dice\r\nvolume-0,0.75\r\n"
 * ```
 */
export const toCsv = <Row extends object>({ columns, rows }: Table<Row>): string => {
  const lines = [
    columns.map(({ key }): unknown => key),
    ...rows.map((row) => columns.map(({ key }): unknown => row[key]))
  ]
  return lines.map((cells) => `${cells.map((cell) => quoted(textOf(cell))).join(",")}\r\n`).join("")
}

/** A table as JSON, numbers in full; what is missing, undefined or not finite is null. */
export const toJson = <Row extends object>({ title, note, columns, rows }: Table<Row>): string => {
  const plain = rows.map((row) => Object.fromEntries(columns.map(({ key }) => [key, plainOf(row[key])])))
  return `${JSON.stringify({ title, note, columns, rows: plain }, null, 2)}\n`
}

/** A table in Markdown, for people: titles with units, rounded numbers, a dash for what is missing or undefined. */
export const toMarkdown = <Row extends object>({ title, note, columns, rows }: Table<Row>): string => {
  const line = (cells: ReadonlyArray<string>) => `| ${cells.join(" | ")} |`
  const rounded = (row: Row) =>
    columns.map(({ key, digits = 4 }) => {
      const value: unknown = row[key]
      if (typeof value === "number" && Number.isFinite(value) && !Number.isInteger(value)) return value.toFixed(digits)
      return textOf(value).replaceAll("|", "\\|").replaceAll(/\r?\n/g, " ") || "–"
    })
  const isNumeric = ({ key }: Column<Row>) => rows.some((row) => typeof row[key] === "number")
  return [
    `### ${title}`,
    "",
    line(columns.map(({ title, unit }) => (unit === undefined ? title : `${title} (${unit})`))),
    line(columns.map((column) => (isNumeric(column) ? "---:" : "---"))),
    ...rows.map((row) => line(rounded(row))),
    ...(note === undefined ? [] : ["", note]),
    ""
  ].join("\n")
}

const textOf = (value: unknown): string =>
  value === undefined || value === null || Number.isNaN(value) ? "" : String(value)

const plainOf = (value: unknown): unknown =>
  value === undefined || (typeof value === "number" && !Number.isFinite(value)) ? null : value

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
