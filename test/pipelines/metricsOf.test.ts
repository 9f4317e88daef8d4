import { expect, it } from "vitest"
import type { CaseResult } from "../../src/pipelines/evaluate.ts"
import { type MetricChoice, metricOf, metricsOf, metricsTable } from "../../src/pipelines/metricsOf.ts"
import { toMarkdown } from "../../src/report/table.ts"
import { caseResult } from "../support/caseResult.ts"

const counts = (tp: number, fp: number, fn: number) => ({ tp, fp, fn, tn: 100 - tp - fp - fn })
const results: ReadonlyArray<CaseResult> = [
  caseResult("a", [counts(8, 2, 2), counts(0, 10, 0)], { contours: [{ sum: 12, count: 6 }] }),
  caseResult("b", [counts(1, 0, 3)], { contours: [{ sum: 20, count: 2 }] }),
  caseResult("c", [counts(0, 0, 0)])
]
const rows = metricsOf(results)
const numberOf = (of: MetricChoice["of"], metric: MetricChoice["metric"], aggregation: MetricChoice["aggregation"]) =>
  metricOf(rows, { of, metric, aggregation })?.value

it("pools, averages over cases, and averages over slices", () => {
  expect(numberOf("images", "precision", "pooled")).toBeCloseTo(9 / 21, 12)
  expect(numberOf("images", "recall", "pooled")).toBeCloseTo(9 / 14, 12)
  expect(numberOf("images", "Dice", "perCase")).toBeCloseTo((16 / 30 + 2 / 5) / 2, 12)
  expect(numberOf("images", "Dice", "perSlice")).toBeCloseTo((0.8 + 0 + 0.4) / 3, 12)
  expect(numberOf("images", "F", "pooled")).toBe(numberOf("images", "Dice", "pooled"))
})

it("tells images with tumour apart from all", () => {
  expect(numberOf("tumorImages", "Dice", "perSlice")).toBeCloseTo(0.6, 12)
  expect(numberOf("tumorImages", "precision", "pooled")).toBeCloseTo(9 / 11, 12)
})

it("averages distances of contours by element, by case and by image", () => {
  expect(numberOf("images", "ASD", "pooled")).toBe(4)
  expect(metricOf(rows, { of: "images", metric: "ASD", aggregation: "pooled" })).toMatchObject({
    count: 2,
    excluded: 2
  })
  expect(numberOf("images", "ASD", "perCase")).toBe(6)
  expect(metricOf(rows, { of: "images", metric: "ASD", aggregation: "perSlice" })).toMatchObject({
    value: 6,
    unit: "px",
    count: 2,
    excluded: 2
  })
})

it("says how many cases have no value", () => {
  expect(metricOf(rows, { of: "volumes", metric: "Dice", aggregation: "perCase" })).toMatchObject({
    count: 2,
    excluded: 1
  })
  const lits = { of: "volumes", metric: "Dice", aggregation: "perCase", empty: "lits" } as const
  expect(metricOf(rows, lits)).toMatchObject({ count: 3, value: (16 / 30 + 2 / 5 + 1) / 3 })
})

it("counts cases whose spacing is not known among those without a distance", () => {
  const unmeasured = results.map(({ volume: { distances, ...volume }, ...result }) => ({ ...result, volume }))
  expect(metricOf(metricsOf(unmeasured), { of: "volumes", metric: "ASD", aggregation: "perCase" })).toMatchObject({
    count: 0,
    excluded: results.length
  })
})

it("no two rows are the same number", () => {
  const names = rows.map(({ of, metric, aggregation, empty }) => `${of} ${metric} ${aggregation} ${empty}`)
  expect(new Set(names).size).toBe(names.length)
})

it("of no cases there is a table without a number", () => {
  expect(metricsOf([]).every(({ value }) => Number.isNaN(value))).toBe(true)
  expect(toMarkdown(metricsTable(rows))).toContain("| images | ASD |")
})
