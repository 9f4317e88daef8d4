import { expect, it } from "vitest"
import { comparisonTable } from "../../src/report/comparison.ts"
import { toCsv, toMarkdown } from "../../src/report/table.ts"

const compared = [
  { variant: "U-Net", metric: "Dice", paper: 0.643, ours: { pooled: 0.75, perCase: 0.5 }, deviation: { pooled: 0.01 } },
  { variant: "U-Net", metric: "ASD", unit: "mm", paper: 7.06, ours: { perCase: 8.5 } },
  { variant: "U-Net++", metric: "Dice", ours: { pooled: 0.8 } },
  { variant: "(8, 16)", metric: "Dice", paper: 0.84, ours: {} },
  { variant: "(8, 16)", metric: "F", paper: 0.6375, ours: { pooled: 1 } }
]

it("sets what the paper prints beside ours under each aggregation that there is, and names the one it takes the difference of", () => {
  expect(
    toMarkdown(comparisonTable("Table 4", compared, { against: "pooled" }))
      .split("\n")
      .slice(2, 9)
  ).toEqual([
    "| Variant | Metric | Unit | Paper | Ours, pooled ± s.d. | Ours, per case | Difference (pooled) |",
    "| --- | --- | --- | ---: | ---: | ---: | ---: |",
    "| U-Net | Dice | – | 0.643 | 0.750 ± 0.010 | 0.500 | +0.107 |",
    "| U-Net | ASD | mm | 7.06 | – | 8.500 | – |",
    "| U-Net++ | Dice | – | – | 0.800 | – | – |",
    "| (8, 16) | Dice | – | 0.840 | – | – | – |",
    "| (8, 16) | F | – | 0.6375 | 1.000 | – | +0.363 |"
  ])
})

it("the difference goes with the aggregation", () => {
  const csv = toCsv(comparisonTable("Table 4", compared, { against: "perCase" })).split("\r\n")
  expect(csv[0]).toBe("variant,metric,unit,paper,pooled,pooledDeviation,perCase,difference")
  expect(csv.slice(1, 3).map((line) => Number(line.split(",").at(-1)))).toEqual([0.5 - 0.643, 8.5 - 7.06])
})

it("a figure that is not to be subtracted has no difference but a reason, and one of fewer values says so", () => {
  const asd = { variant: "U-Net", metric: "ASD", unit: "px", paper: 7, ours: { pooled: 1 } }
  const { columns, footnotes, rows } = comparisonTable(
    "Table 4",
    [...compared.slice(0, 2), { ...asd, values: "8 of 9 images", incomparable: "other pixels" }],
    { against: "pooled" }
  )
  expect(rows[2]).toEqual({ variant: "U-Net", metric: "ASD", unit: "px", paper: 7, pooled: 1, values: "8 of 9 images" })
  expect(footnotes).toEqual([{ text: "other pixels", row: 2, column: "difference" }])
  expect(columns.map(({ title }) => title)).toContain("Values")
})
