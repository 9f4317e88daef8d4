import { beforeAll, expect, it } from "vitest"
import { rocCounts } from "../../../src/metrics/roc.ts"
import { type StudyChart, testCharts, trainingCharts } from "../../../src/pipelines/studyReport/studyCharts.ts"
import { variantsTable } from "../../../src/pipelines/studyReport/studyTables.ts"
import { caseResult } from "../../support/caseResult.ts"
import { type MadeUpStudy, madeUpStudy } from "../../support/madeUpStudy.ts"
import { readMarkup } from "../../support/markup.ts"
import { failed, finished } from "../../support/outcomes.ts"

let study: MadeUpStudy
let charts: ReadonlyArray<StudyChart> = []
beforeAll(async () => {
  study = await madeUpStudy([1, 2])
  charts = testCharts(study.outcomes, study.facts, "4 phantoms")
})
const textOf = (name: string) => readMarkup(charts.find((chart) => chart.name === name)?.svg ?? "").text

it("every chart says on which data it was made", () => {
  expect(charts.map(({ name }) => name)).toEqual(["dice", "roc", "size", "asd"])
  for (const { svg, caption } of charts) {
    expect(readMarkup(svg).text).toContain("4 phantoms")
    expect(caption).toMatch(/2 seeds/)
  }
})

it("a patient is one value, however many seeds there are", () => {
  expect(textOf("dice")).toContain("ResNet-18, median 1 of 2; ResNet-34, median 0.4 of 2; Lost & gone, no values")
  expect(textOf("size")).toContain("ResNet-34, 2 points")
})

it("a variant that failed keeps its place", () => {
  for (const name of ["dice", "roc", "size", "asd"]) expect(textOf(name)).toContain("Lost & gone")
})

it("trainings are those of variants with results, under the seed that is shown", () => {
  const trainings = trainingCharts(study.outcomes, "4 phantoms")
  expect(trainings.map(({ caption }) => caption)).toEqual([
    "Training of ResNet-18, seed 1.",
    "Training of ResNet-34, seed 1."
  ])
  expect(new Set(trainings.map(({ name }) => name)).size).toBe(2)
})

it("a training is of the network whose masks are seen", () => {
  const maskless = study.outcomes.map((each) =>
    each.kind === "failed" || each.cell.seed === 2
      ? each
      : { ...each, result: { ...each.result, cases: each.result.cases.map(({ mask, ...rest }) => rest) } }
  )
  const [first] = trainingCharts(maskless, "4 phantoms")
  expect(first.caption).toBe("Training of ResNet-18, seed 2.")
})

it("the AUC beside a curve is that of the table of variants, and a variant that failed has none", () => {
  const roc = (positives: ReadonlyArray<number>) => {
    const { truePositives, falsePositives, ...rest } = rocCounts([...positives, 0.5, 0.2], [1, 1, 0, 0])
    return { ...rest, truePositives: [...truePositives], falsePositives: [...falsePositives] }
  }
  const test = (seed: number, positives: ReadonlyArray<number>) =>
    finished("A", seed, [{ ...caseResult("p", []), roc: roc(positives) }])
  const outcomes = [test(1, [0.9, 0.8]), test(2, [0.3, 0.1]), failed("B", 1), failed("B", 2)]
  const [{ auc }] = variantsTable(outcomes).rows
  expect(auc).toBeCloseTo((1 + 0.25) / 2, 3)
  const chart = testCharts(outcomes, study.facts, "4 phantoms").find(({ name }) => name === "roc")
  const { text } = readMarkup(chart?.svg ?? "")
  expect(text).toContain(`A (AUC ${auc?.toFixed(3)})`)
  expect(text).not.toContain("B (AUC")
  expect(chart?.caption).toContain("mean over 2 seeds: at each false positive rate")
})
