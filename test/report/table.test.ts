import { expect, it } from "vitest"
import { type Table, toCsv, toJson, toMarkdown } from "../../src/report/table.ts"

const table: Table<{ name: string; value?: number; count: number }> = {
  title: "Numbers",
  note: "A note.",
  columns: [
    { key: "name", title: "Name" },
    { key: "value", title: "Value", unit: "mm", digits: 2 },
    { key: "count", title: "Count" }
  ],
  rows: [
    { name: 'a "quoted", b', value: 0.1 + 0.2, count: 3 },
    { name: "x|y", value: Number.NaN, count: 0 },
    { name: "z", count: 1 }
  ]
}

it("CSV quotes what needs it, keeps every digit, and leaves blank what is undefined", () => {
  expect(toCsv(table)).toBe('name,value,count\r\n"a ""quoted"", b",0.30000000000000004,3\r\nx|y,,0\r\nz,,1\r\n')
})

it("JSON has null for what is undefined", () => {
  const { columns, note, rows, title } = JSON.parse(toJson(table))
  expect({ note, title }).toEqual({ note: "A note.", title: "Numbers" })
  expect(columns).toEqual(table.columns)
  expect(rows).toEqual([
    { name: 'a "quoted", b', value: 0.1 + 0.2, count: 3 },
    { name: "x|y", value: null, count: 0 },
    { name: "z", value: null, count: 1 }
  ])
})

it("Markdown rounds, shows units, aligns numbers and escapes bars", () => {
  expect(toMarkdown(table).split("\n")).toEqual([
    "### Numbers",
    "",
    "| Name | Value (mm) | Count |",
    "| --- | ---: | ---: |",
    '| a "quoted", b | 0.30 | 3 |',
    "| x\\|y | – | 0 |",
    "| z | – | 1 |",
    "",
    "A note.",
    ""
  ])
})

it("Markdown marks what a footnote is about, lettered from the first cell to the last, and what is said twice by one letter", () => {
  const footnotes = [
    { text: "Of it all." },
    { text: "Of a count.", row: 2, column: "count" },
    { text: "Of the row.", row: 1 },
    { text: "Of the cell.", row: 0, column: "value" },
    { text: "Of a count.", row: 0, column: "count" },
    { text: "Of the column.", column: "value" }
  ]
  expect(toMarkdown({ ...table, footnotes }).split("\n")).toEqual([
    "### Numbers",
    "",
    "| Name | Value (mm)<sup>a</sup> | Count |",
    "| --- | ---: | ---: |",
    '| a "quoted", b | 0.30<sup>b</sup> | 3<sup>c</sup> |',
    "| x\\|y<sup>d</sup> | – | 0 |",
    "| z | – | 1<sup>c</sup> |",
    "",
    "A note.",
    "",
    "<sup>a</sup> Of the column.",
    "",
    "<sup>b</sup> Of the cell.",
    "",
    "<sup>c</sup> Of a count.",
    "",
    "<sup>d</sup> Of the row.",
    "",
    "<sup>e</sup> Of it all.",
    ""
  ])
})

it("a column that has a fraction shows its whole numbers with as many decimals, and differences with their sign", () => {
  const columns = [{ key: "d", title: "D", digits: 2, signed: true }] as const
  const lines = toMarkdown({ title: "T", columns, rows: [{ d: 1 }, { d: 0.5 }, { d: -0.25 }, { d: -0.001 }] }).split(
    "\n"
  )
  expect(lines.slice(4, 8)).toEqual(["| +1.00 |", "| +0.50 |", "| -0.25 |", "| 0.00 |"])
})

it("whole numbers have as many decimals as their column says, of each row where it says so", () => {
  const columns = [
    { key: "name", title: "Name" },
    { key: "value", title: "Value", digits: ({ name }: { readonly name: string }) => name.length }
  ] as const
  const rows = [
    { name: "a", value: 7 },
    { name: "bb", value: 3 }
  ]
  expect(toMarkdown({ title: "T", columns, rows }).split("\n").slice(4, 6)).toEqual(["| a | 7.0 |", "| bb | 3.00 |"])
  const [, value] = columns
  expect(toMarkdown({ title: "T", columns: [{ ...value, digits: 2 }], rows: rows.slice(1) })).toContain("| 3.00 |")
})

it("people see a standard deviation behind its number, files have it in a column of its own", () => {
  const columns = [{ key: "mean", title: "Mean", unit: "mm", digits: 2, deviation: "spread" }] as const
  const spreads = {
    title: "T",
    columns,
    rows: [
      { mean: 0.5, spread: 0.126 },
      { mean: 1, spread: Number.NaN }
    ]
  }
  expect(toMarkdown(spreads).split("\n").slice(2, 6)).toEqual([
    "| Mean ± s.d. (mm) |",
    "| ---: |",
    "| 0.50 ± 0.13 |",
    "| 1.00 |"
  ])
  expect(toCsv(spreads)).toBe("mean,spread\r\n0.5,0.126\r\n1,\r\n")
  expect(JSON.parse(toJson(spreads)).rows).toEqual([
    { mean: 0.5, spread: 0.126 },
    { mean: 1, spread: null }
  ])
  const without = { ...spreads, rows: [{ mean: 0.5, spread: Number.NaN }] }
  expect(toMarkdown(without)).toContain("| Mean (mm) |")
})

it("Markdown keeps bars and tags in names, headings and notes from being more than text", () => {
  const columns = [{ key: "a | b", title: "a | b" }] as const
  const marked = toMarkdown({ title: "<b>T</b>", note: "1 * 2 * 3", columns, rows: [{ "a | b": "<b>\\|" }] })
  expect(marked.split("\n")).toEqual([
    "### \\<b>T\\</b>",
    "",
    "| a \\| b |",
    "| --- |",
    "| \\<b>\\\\\\| |",
    "",
    "1 \\* 2 \\* 3",
    ""
  ])
})
