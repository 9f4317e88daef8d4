import { markingOf, noteOf, readings } from "./cells.ts"
import type { Table } from "./tabular.ts"

/**
 * A table in LaTeX, ruled by the package booktabs: titles with units, rounded numbers to the right, a dash for what is
 * missing or undefined, notes below. Every text is escaped, so that it prints as it stands.
 *
 * @example
 * ```ts
 * writeFileSync("table1.tex", toLatex(table)) // \usepackage{booktabs}, then \input{table1}
 * ```
 */
export const toLatex = <Row extends object>(table: Table<Row>): string => {
  const { title, rows } = table
  const note = noteOf(table)
  const columns = readings(table)
  const marking = markingOf(table)
  const line = (cells: ReadonlyArray<string>) => `    ${cells.join(" & ")} \\\\`
  const marked = (text: string, marks: string) => (marks === "" ? text : `${text}\\textsuperscript{${marks}}`)
  const notes = [
    ...(note === undefined ? [] : [inLatex(note)]),
    ...marking.notes.map(({ mark, text }) => `\\textsuperscript{${mark}} ${inLatex(text)}`)
  ]
  return [
    "\\begin{table}",
    "  \\centering",
    `  \\caption{${inLatex(title.replace(NUMBER, ""))}}`,
    `  \\begin{tabular}{@{}${columns.map(({ numeric }) => (numeric ? "r" : "l")).join("")}@{}}`,
    "    \\toprule",
    line(columns.map(({ column, heading }) => marked(inLatex(heading), marking.at(undefined, column.key)))),
    "    \\midrule",
    ...rows.map((row, i) =>
      line(
        columns.map(({ column, numeric, textOf }) => {
          const text = textOf(row)
          const cell = numeric ? inLatex(text).replace(/^-/, "$-$") : inLatex(text)
          return marked(cell || "--", marking.at(i, column.key))
        })
      )
    ),
    "    \\bottomrule",
    "  \\end{tabular}",
    ...notes.map((text) => `  \\par\\smallskip{\\footnotesize ${text}}`),
    "\\end{table}",
    ""
  ].join("\n")
}

/** LaTeX numbers tables itself. */
const NUMBER = /^Table \d+[.:]\s+/

const SPECIAL: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  "±": "$\\pm$",
  "−": "$-$",
  "–": "--"
}

const inLatex = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .replace(/[\\{}~^<>|±−–#$%&_]/g, (character) => SPECIAL[character] ?? `\\${character}`)
    // A row that begins with a bracket would be read as an option of the row break before it.
    .replace(/^\[/, "{[}")
