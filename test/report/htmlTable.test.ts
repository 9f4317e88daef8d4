import { expect, it } from "vitest"
import { toHtml } from "../../src/report/htmlTable.ts"
import { readMarkup } from "../support/markup.ts"

const html = toHtml({
  title: "<Dice> & more",
  note: 'A "note".',
  footnotes: [{ text: "Of <it>.", row: 0, column: "value" }],
  columns: [
    { key: "name", title: "Name" },
    { key: "value", title: "Value", unit: "mm", digits: 2 }
  ],
  rows: [
    { name: "<script>alert(1)</script>", value: -0.125 },
    { name: "-x", value: Number.NaN }
  ]
})

it("is well formed, whatever the texts are, and says them as they are", () => {
  const { tags, text } = readMarkup(html)
  expect(tags.some(({ name }) => name === "script")).toBe(false)
  for (const part of ["<Dice> & more", 'A "note".', "<script>alert(1)</script>", "Value (mm)", "Of <it>.", "-x"]) {
    expect(text).toContain(part)
  }
})

it("numbers are rounded for people and whole for scripts; what is undefined is a dash without a value", () => {
  expect(html).toContain('<td class="number" data-value="-0.125">−0.13<sup>a</sup></td>')
  expect(html).toContain('<td class="number">–</td>')
  expect(html).toContain('<th scope="col" class="number">Value <span class="unit">(mm)</span></th>')
})

it("a deviation does not break off its sign", () => {
  const columns = [{ key: "mean", title: "Mean", digits: 1, deviation: "spread" }] as const
  const html = toHtml({ title: "T", columns, rows: [{ mean: -2, spread: 0.5 }] })
  expect(html).toContain(">Mean ±\u00A0s.d.</th>")
  expect(html).toContain(">−2.0 ±\u00A00.5</td>")
})
