import { escapeMarkup } from "../escape.ts"
import { toHtml } from "../htmlTable.ts"
import { tableFiles } from "../tableFiles.ts"
import { plainTable } from "../tabular.ts"
import type { TableBlock } from "./block.ts"
import { fileName } from "./dataUri.ts"
import { downloadLink, downloads } from "./markup.ts"

/** Of longer tables only the CSV can be downloaded, which keeps pages small. */
const MOST_ROWS = 200

/** Longer ones scroll in a frame of their own. */
const MOST_SHOWN = 30

/** A table in a frame that scrolls sideways where it is too wide, with its files. */
export const tableBlock = ({ table, name }: TableBlock, number: number): string => {
  const rows = table.rows.length
  const links = tableFiles(name ?? `table-${number}-${fileName(table.title)}`, table)
    .filter(({ language }) => language === "CSV" || rows <= MOST_ROWS)
    .map((file) => downloadLink(file.language, file.name, file.content, file.type))
  const title = `Table ${number}. ${table.title}`
  return [
    `<div class="table">`,
    `<div class="scroll${rows > MOST_SHOWN ? " long" : ""}" role="region" tabindex="0" aria-label="${escapeMarkup(title)}">`,
    toHtml({ ...plainTable(table), title }),
    "</div>",
    downloads(...links),
    "</div>"
  ].join("\n")
}
