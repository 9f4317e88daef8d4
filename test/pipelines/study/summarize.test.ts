import { expect, it } from "vitest"
import { metricsOf } from "../../../src/pipelines/metricsOf.ts"
import { studyTable, summarize } from "../../../src/pipelines/study/summarize.ts"
import { toMarkdown } from "../../../src/report/table.ts"
import { caseResult } from "../../support/caseResult.ts"
import { failed, finished } from "../../support/outcomes.ts"

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

it("one run has no deviation, and says of how many repetitions it is", () => {
  expect(of("b")).toMatchObject({ mean: 0.4, deviation: Number.NaN, count: 1, repetitions: 3 })
  expect(of("b")?.values).toEqual([0.4, Number.NaN, Number.NaN])
  expect(of("a")).toMatchObject({ count: 3, repetitions: 3 })
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

it("a seed without one of its folds is no test, and a repetition without a value is not counted", () => {
  const nothing = caseResult("r", [{ tp: 0, fp: 0, fn: 0, tn: 9 }])
  const folds = [
    finished("a", 1, [caseResult("p", [dice(2)])], 0),
    finished("a", 1, [caseResult("r", [dice(9)])], 1),
    finished("a", 2, [caseResult("p", [dice(8)])], 0),
    failed("a", 2, 1)
  ]
  expect(of("a", summarize(folds))).toMatchObject({ count: 1, repetitions: 2, deviation: Number.NaN })
  expect(of("a", summarize(folds))?.mean).toBeCloseTo(0.55, 12)
  expect(of("a", summarize(folds.slice(2)))).toBeUndefined()
  expect(of("a", summarize(folds, { repetition: "cell" }))).toMatchObject({ count: 3, repetitions: 4 })
  const undefinedOnce = [finished("a", 1, [caseResult("p", [dice(2)])]), finished("a", 2, [nothing])]
  expect(of("a", summarize(undefinedOnce))).toMatchObject({ mean: 0.2, count: 1, repetitions: 2 })
})

it("the table of cells has a row for each, and says why one failed", () => {
  const table = studyTable("Cells", outcomes, [
    { of: "volumes", metric: "Dice", aggregation: "perCase" },
    { of: "images", metric: "recall", aggregation: "pooled" }
  ])
  expect(table.rows[1]).toEqual({
    variant: "a",
    seed: 2,
    parameters: 53,
    "volumes Dice perCase": 0.7,
    "images recall pooled": 0.7,
    state: "done"
  })
  const text = toMarkdown(table)
  expect(text).toContain("| Dice (volumes, perCase) |")
  expect(text).toContain("| b | 2 | – | – | – | – | LossError: it was lost |")
})

it("says of how many units a number is", () => {
  const empty = caseResult("q", [{ tp: 0, fp: 0, fn: 0, tn: 9 }])
  const marked = caseResult("q", [{ tp: 0, fp: 1, fn: 0, tn: 8 }])
  const p = caseResult("p", [{ tp: 1, fp: 0, fn: 0, tn: 8 }])
  const summaries = summarize([finished("A", 1, [p, empty]), finished("A", 2, [p, marked])])
  const dice = summaries.find(
    ({ of, metric, aggregation }) => of === "images" && metric === "Dice" && aggregation === "perCase"
  )
  expect(dice?.units).toEqual({ fewest: 1, most: 2, all: 2 })
})
