import { expect, it } from "vitest"
import { toCsv } from "../../../src/report/table.ts"
import { untimed } from "../../../src/stages/train/history.ts"
import { historyOf, historyTable, type TrainEvent } from "../../../src/stages/train/index.ts"

const step = (epoch: number, learningRate: number, milliseconds: number): TrainEvent => ({
  kind: "step",
  step: 1,
  steps: 4,
  epoch,
  loss: 1,
  learningRate,
  milliseconds
})
const summary = (value: number) =>
  ({ value, aggregation: "pooled", empty: "exclude", count: 1, excluded: 0, undefinedValues: 0 }) as const
const validation = (epoch: number, dicePooled: number): TrainEvent => ({
  kind: "validation",
  epoch,
  loss: 0.5,
  dicePooled: summary(dicePooled),
  dicePerCase: summary(0.25),
  score: dicePooled,
  best: epoch === 1,
  stopping: false
})
const events: ReadonlyArray<TrainEvent> = [
  step(0, 0.05, 1000),
  step(0, 0.04, 250),
  { kind: "epoch", epoch: 1, loss: 0.75 },
  validation(1, 0.5),
  { kind: "checkpoint", role: "last", path: "run", step: 2 },
  step(1, 0.03, 500),
  { kind: "epoch", epoch: 2, loss: 0.625 }
]

it("events become a row an epoch, with its validation beside it where there was one", () => {
  const first = { epoch: 1, loss: 0.75, learningRate: 0.04, seconds: 1.25 }
  const scores = { validationLoss: 0.5, dicePooled: 0.5, dicePerCase: 0.25, best: true }
  const second = { epoch: 2, loss: 0.625, learningRate: 0.03, seconds: 0.5 }
  expect(historyOf(events)).toEqual([{ ...first, ...scores }, second])
  expect(historyOf(events.slice(0, 6))).toEqual([{ ...first, ...scores }])
  expect(historyOf([])).toEqual([])
})

it("without times no row and no column has them", () => {
  const rows = untimed(historyOf(events))
  expect(rows.every((row) => !("seconds" in row))).toBe(true)
  expect(toCsv(historyTable(rows))).toMatch(/^epoch,loss,validationLoss,dicePooled,dicePerCase,best,learningRate\r\n/)
})

it("rows become CSV", () => {
  expect(toCsv(historyTable(historyOf(events)))).toBe(
    [
      "epoch,loss,validationLoss,dicePooled,dicePerCase,best,learningRate,seconds",
      "1,0.75,0.5,0.5,0.25,true,0.04,1.25",
      "2,0.625,,,,,0.03,0.5",
      ""
    ].join("\r\n")
  )
})
