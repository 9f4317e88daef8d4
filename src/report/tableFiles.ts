import { toLatex } from "./latex.ts"
import { toCsv, toJson, toMarkdown } from "./table.ts"
import { type AnyTable, plainTable } from "./tabular.ts"

/** A table in one of its languages. */
export interface TableFile {
  readonly name: string
  readonly language: "CSV" | "JSON" | "Markdown" | "LaTeX"
  /** Such as `"text/csv"`. */
  readonly type: string
  readonly content: string
}

/**
 * A table as files, for programs and for people.
 *
 * @param name of the files, without their endings
 */
export const tableFiles = (name: string, any: AnyTable): ReadonlyArray<TableFile> => {
  const table = plainTable(any)
  return [
    { name: `${name}.csv`, language: "CSV", type: "text/csv", content: toCsv(table) },
    { name: `${name}.json`, language: "JSON", type: "application/json", content: toJson(table) },
    { name: `${name}.md`, language: "Markdown", type: "text/markdown", content: toMarkdown(table) },
    { name: `${name}.tex`, language: "LaTeX", type: "application/x-tex", content: toLatex(table) }
  ]
}
