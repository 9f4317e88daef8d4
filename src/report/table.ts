import { cellText, fieldsOf, markingOf, noteOf, readings } from "./cells.ts"
import type { Table } from "./tabular.ts"

export type { AnyTable, Column, Footnote, Table } from "./tabular.ts"

/**
 * A table as CSV (RFC 4180): a line of keys, then a line each row, numbers in full. What is missing or undefined is empty. Of a
 * table that says what it was made on, each row says so in a last column, `data`.
 *
 * @example
 * ```ts
 * const columns = [{ key: "caseId", title: "Case" }, { key: "dice", title: "Dice" }] as const
 * toCsv({ title: "Cases", columns, rows: [{ caseId: "volume-0", dice: 0.75 }] }) // => "caseId,dice\r\nvolume-0,0.75\r\n"
 * ```
 */
export const toCsv = <Row extends object>(table: Table<Row>): string => {
  const fields = fieldsOf(table)
  const [heading, data] = table.madeOn === undefined ? [[], []] : [["data"], [table.madeOn]]
  const lines = [
    [...fields, ...heading],
    ...table.rows.map((row) => [...fields.map((field): unknown => row[field]), ...data])
  ]
  return lines.map((cells) => `${cells.map((cell) => quoted(cellText(cell))).join(",")}\r\n`).join("")
}

/** A table as JSON, numbers in full; what is missing, undefined or not finite is null. */
export const toJson = <Row extends object>(table: Table<Row>): string => {
  const { title, footnotes, madeOn, columns, rows } = table
  const note = noteOf(table)
  const fields = fieldsOf({ columns })
  const plain = rows.map((row) => Object.fromEntries(fields.map((field) => [field, plainOf(row[field])])))
  return `${JSON.stringify({ title, note, footnotes, madeOn, columns, rows: plain }, null, 2)}\n`
}

/** A table in Markdown, for people: titles with units, rounded numbers, a dash for what is missing or undefined. */
export const toMarkdown = <Row extends object>(table: Table<Row>): string => {
  const { title, rows } = table
  const note = noteOf(table)
  const marking = markingOf(table)
  const line = (cells: ReadonlyArray<string>) => `| ${cells.join(" | ")} |`
  const marked = (text: string, marks: string) => (marks === "" ? text : `${text}<sup>${marks}</sup>`)
  const columns = readings(table)
  return [
    `### ${inMarkdown(title)}`,
    "",
    line(columns.map(({ column, heading }) => marked(inMarkdown(heading), marking.at(undefined, column.key)))),
    line(columns.map(({ numeric }) => (numeric ? "---:" : "---"))),
    ...rows.map((row, i) =>
      line(columns.map(({ column, textOf }) => marked(inMarkdown(textOf(row)) || "–", marking.at(i, column.key))))
    ),
    ...(note === undefined ? [] : ["", inMarkdown(note)]),
    ...marking.notes.flatMap(({ mark, text }) => ["", `<sup>${mark}</sup> ${inMarkdown(text)}`]),
    ""
  ].join("\n")
}

/** Text that stands as it is: bars would be taken for the edges of cells, `<` for HTML. */
const inMarkdown = (text: string): string => text.replaceAll(/[\\|<*`]/g, "\\$&").replaceAll(/\r?\n/g, " ")

const plainOf = (value: unknown): unknown =>
  value === undefined || (typeof value === "number" && !Number.isFinite(value)) ? null : value

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
