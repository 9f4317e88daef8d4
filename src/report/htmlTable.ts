import { markingOf, noteOf, readings } from "./cells.ts"
import { escapeMarkup } from "./escape.ts"
import type { Table } from "./tabular.ts"

/**
 * A table in HTML: a caption, titles with units, rounded numbers, notes in its foot. Every text is escaped. Cells of numbers
 * have the class `number` and keep the whole value in `data-value`, by which a script may sort; a dash stands for what is
 * missing or undefined.
 *
 * @example
 * ```ts
 * const table = { title: "Cases", columns: [{ key: "caseId", title: "Case" }], rows: [{ caseId: "volume-0" }] } as const
 * toHtml(table).includes('<th scope="row">volume-0</th>') // => true
 * ```
 */
export const toHtml = <Row extends object>(table: Table<Row>): string => {
  const { title, rows } = table
  const note = noteOf(table)
  const columns = readings(table)
  const marking = markingOf(table)
  const marked = (text: string, marks: string) => (marks === "" ? text : `${text}<sup>${marks}</sup>`)
  const heading = ({ column: { key, unit }, numeric, title }: (typeof columns)[number]) => {
    const text =
      unit === undefined
        ? unbroken(escapeMarkup(title))
        : `${unbroken(escapeMarkup(title))} <span class="unit">(${escapeMarkup(unit)})</span>`
    return `<th scope="col"${numeric ? ` class="number"` : ""}>${marked(text, marking.at(undefined, key))}</th>`
  }
  const cell = (
    { column: { key }, numeric, textOf }: (typeof columns)[number],
    row: Row,
    i: number,
    first: boolean
  ) => {
    const value: unknown = row[key]
    const plain = escapeMarkup(textOf(row))
    const text = marked((numeric ? unbroken(plain.replace(/^-/, "−")) : plain) || "–", marking.at(i, key))
    if (numeric) {
      return `<td class="number"${typeof value === "number" && !Number.isNaN(value) ? ` data-value="${value}"` : ""}>${text}</td>`
    }
    return first ? `<th scope="row">${text}</th>` : `<td>${text}</td>`
  }
  const notes = [
    ...(note === undefined ? [] : [escapeMarkup(note)]),
    ...marking.notes.map(({ mark, text }) => `<sup>${mark}</sup> ${escapeMarkup(text)}`)
  ]
  return [
    `<table class="data"><caption><span>${escapeMarkup(title)}</span></caption>`,
    `<thead><tr>${columns.map(heading).join("")}</tr></thead>`,
    "<tbody>",
    ...rows.map((row, i) => `<tr>${columns.map((column, c) => cell(column, row, i, c === 0)).join("")}</tr>`),
    "</tbody>",
    ...(notes.length === 0
      ? []
      : [
          `<tfoot>${notes.map((text) => `<tr><td colspan="${Math.max(1, columns.length)}"><span>${text}</span></td></tr>`).join("")}</tfoot>`
        ]),
    "</table>"
  ].join("\n")
}

/** A text that breaks before a deviation, where it must, but not within it. */
const unbroken = (text: string): string => text.replace("± ", "±\u00A0")
