import { expect, it } from "vitest"
import { trainingCurves } from "../../../src/report/charts/trainingCurves.ts"
import { readChart } from "../../support/svg.ts"

const epochs = [
  { epoch: 1, loss: 0.9, learningRate: 0.05 },
  { epoch: 2, loss: 0.5, learningRate: 0.04, validationLoss: 0.6, dicePooled: 0.5, best: true },
  { epoch: 3, loss: 0.4, learningRate: 0.03 },
  { epoch: 4, loss: 0.3, learningRate: 0.02, validationLoss: 0.7, dicePooled: 0.4, best: false }
]

it("shows what is known and names the best epoch", () => {
  const { text } = readChart(trainingCurves(epochs, { title: "Run <1>" }))
  for (const part of [
    "Run <1>",
    "training loss",
    "validation loss",
    "validation Dice, pooled",
    "learning rate",
    "epoch 2"
  ]) {
    expect(text).toContain(part)
  }
  expect(text).not.toContain("per case")
})

it("epochs without a validation do not break its curve", () => {
  const { tags } = readChart(trainingCurves(epochs))
  const curves = tags
    .filter(({ attributes }) => attributes["stroke-width"] === "1.75")
    .map(({ attributes }) => attributes.d)
  expect(curves.map((d) => d.match(/[ML]/g)?.join(""))).toEqual(["MLLL", "ML", "ML", "MLLL"])
})

it("a loss that is NaN breaks its curve", () => {
  const losses = [1, 2, Number.NaN, 2, 1].map((loss, i) => ({ epoch: i + 1, loss }))
  const { tags } = readChart(trainingCurves(losses))
  expect(tags.find(({ attributes }) => attributes["stroke-width"] === "1.75")?.attributes.d?.match(/[ML]/g)).toEqual([
    ..."MLML"
  ])
})

it("of a hundred thousand steps keeps the extremes, in few points", () => {
  const steps = Array.from({ length: 100_000 }, (_, step) => ({ step, loss: step === 54_321 ? 7 : 1 }))
  const svg = trainingCurves(steps, { by: "step" })
  expect(svg.length).toBeLessThan(20_000)
  const { tags } = readChart(svg)
  const heights = (tags.find(({ attributes }) => attributes["stroke-width"] === "1.75")?.attributes.d ?? "").match(
    /,[\d.]+/g
  )
  expect(new Set(heights).size).toBe(2)
})

it("says so where there is nothing, and marks a lone point", () => {
  expect(readChart(trainingCurves([])).text).toContain("no data")
  const { tags, text } = readChart(trainingCurves([{ epoch: 1, loss: 0.5 }]))
  expect(text).not.toContain("no data")
  expect(tags.filter(({ attributes }) => attributes["fill-opacity"] === "0.55")).toHaveLength(1)
})

it("names whole epochs alone", () => {
  for (const epochs of [[1], [1, 2], [1, 2, 3]]) {
    const { text } = readChart(trainingCurves(epochs.map((epoch) => ({ epoch, loss: 4 }))))
    expect(text).not.toMatch(/\d\.\d/)
  }
})
