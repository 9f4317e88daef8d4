import { expect, it } from "vitest"
import { metricsOf } from "../../src/pipelines/metricsOf.ts"
import { studyTable, summarize } from "../../src/pipelines/summarize.ts"
import { toMarkdown } from "../../src/report/table.ts"
import { caseResult } from "../support/caseResult.ts"
import { failed, finished } from "../support/outcomes.ts"

const dice = (tp: number) => ({ tp, fp: 10 - tp, fn: 10 - tp, tn: 80 })
const outcomes = [
  finished("a", 1, [caseResult("p", [dice(5)])]),
  finished("a", 2, [caseResult("p", [dice(7)])]),
  finished("a", 3, [caseResult("p", [dice(9)])]),
  finished("b", 1, [caseResult("p", [dice(4)])]),
  failed("b", 2)
]
const of = (variant: string, rows = summarize(outcomes)) =>
  rows.find((row) => row.variant === variant && row.of === "volumes" && row.metric === "Dice")

it("gives mean and standard deviation of every number over seeds", () => {
  expect(of("a")?.values).toEqual([0.5, 0.7, 0.9])
  expect(of("a")?.mean).toBeCloseTo(0.7, 12)
  expect(of("a")?.deviation).toBeCloseTo(0.2, 12)
  const lesions = metricsOf([]).length
  expect(summarize(outcomes).filter(({ variant }) => variant === "a")).toHaveLength(lesions)
})

it("one run has no deviation, and what failed is not counted", () => {
  expect(of("b")).toMatchObject({ mean: 0.4, deviation: Number.NaN, values: [0.4] })
  expect(summarize([failed("c", 1)])).toEqual([])
})

it("the folds of a seed are one test, unless each is to be one by itself", () => {
  const folds = [
    finished("a", 1, [caseResult("p", [dice(2)]), caseResult("q", [dice(4)])], 0),
    finished("a", 1, [caseResult("r", [dice(9)])], 1)
  ]
  expect(of("a", summarize(folds))?.values).toEqual([0.5])
  expect(of("a", summarize(folds, { repetition: "cell" }))?.values[0]).toBeCloseTo(0.3, 12)
  expect(of("a", summarize(folds, { repetition: "cell" }))?.values[1]).toBeCloseTo(0.9, 12)
})

it("the table of cells has a row for each, and says why one failed", () => {
  const table = studyTable("Cells", outcomes, [
    { of: "volumes", metric: "Dice", aggregation: "perCase" },
    { of: "images", metric: "recall", aggregation: "pooled" }
  ])
  expect(table.rows[1]).toEqual({ variant: "a", seed: 2, parameters: 53, metric0: 0.7, metric1: 0.7, state: "done" })
  const text = toMarkdown(table)
  expect(text).toContain("| Dice (volumes, perCase) |")
  expect(text).toContain("| b | 2 | – | – | – | – | LossError: it was lost |")
})
