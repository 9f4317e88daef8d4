import { escapeMarkup } from "../escape.ts"
import { toHtml } from "../htmlTable.ts"
import { toLatex } from "../latex.ts"
import { toCsv, toJson, toMarkdown } from "../table.ts"
import type { Table } from "../tabular.ts"
import type { AnyTable } from "./block.ts"
import { fileName } from "./dataUri.ts"
import { downloadLink, downloads } from "./markup.ts"

/** Of longer tables only the CSV can be downloaded, which keeps pages small. */
const MOST_ROWS = 200

/** Longer ones scroll in a frame of their own. */
const MOST_SHOWN = 30

/** A table in a frame that scrolls sideways where it is too wide, with its files. */
export const tableBlock = (any: AnyTable, number: number): string => {
  // Rows are objects, whose fields the columns name.
  const table = any as Table<Record<string, unknown>>
  const name = `table-${number}-${fileName(table.title)}`
  const long = table.rows.length > MOST_SHOWN ? " long" : ""
  const links = [
    downloadLink("CSV", `${name}.csv`, toCsv(table), "text/csv"),
    ...(table.rows.length > MOST_ROWS
      ? []
      : [
          downloadLink("JSON", `${name}.json`, toJson(table), "application/json"),
          downloadLink("Markdown", `${name}.md`, toMarkdown(table), "text/markdown"),
          downloadLink("LaTeX", `${name}.tex`, toLatex(table), "application/x-tex")
        ])
  ]
  const title = `Table ${number}. ${table.title}`
  return [
    `<div class="table">`,
    `<div class="scroll${long}" role="region" tabindex="0" aria-label="${escapeMarkup(title)}">`,
    toHtml({ ...table, title }),
    "</div>",
    downloads(...links),
    "</div>"
  ].join("\n")
}
