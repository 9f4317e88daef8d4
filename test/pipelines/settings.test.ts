import { tensor4d } from "@tensorflow/tfjs-core"
import "@tensorflow/tfjs-backend-cpu"
import { expect, it } from "vitest"
import { binaryCrossEntropy } from "../../src/losses/crossEntropy.ts"
import { dice } from "../../src/losses/dice.ts"
import {
  type LossSetting,
  lossOf,
  optimizerOf,
  scheduleOf,
  type TransformSetting,
  transformOf
} from "../../src/pipelines/settings.ts"

const logits = () => tensor4d([1, -2, 0.5, 3], [1, 2, 2, 1])
const target = () => tensor4d([1, 0, 0, 1], [1, 2, 2, 1])
const lossAt = (setting: LossSetting) => lossOf(setting)(logits(), target()).dataSync()[0]

it("a loss by name is that loss, with its options", () => {
  const named = dice({ denominator: "squared" })(logits(), target()).dataSync()[0]
  expect(lossAt({ kind: "dice", denominator: "squared" })).toBe(named)
  expect(lossAt({ kind: "dice" })).not.toBe(named)
  for (const setting of [
    { kind: "focal", gamma: 1 },
    { kind: "tversky", falsePositives: 0.5, falseNegatives: 0.5 }
  ] as const) {
    expect(lossAt(setting)).toBeGreaterThan(0)
  }
})

it("losses add up by weight", () => {
  const crossEntropy = binaryCrossEntropy()(logits(), target()).dataSync()[0]
  const sum = lossAt({
    kind: "sum",
    terms: [
      [1, { kind: "dice" }],
      [0.5, { kind: "binaryCrossEntropy" }]
    ]
  })
  expect(sum).toBeCloseTo(lossAt({ kind: "dice" }) + crossEntropy / 2, 6)
})

it("optimisers by name carry the slots of their kind", () => {
  const slots = (setting: Parameters<typeof optimizerOf>[0]) =>
    Object.keys(optimizerOf(setting).init({ w: logits() })).sort()
  expect(slots({ kind: "sgd", learningRate: 1, momentum: 0.9, weightDecay: 0 })).toEqual(["velocity"])
  expect(slots({ kind: "adam", learningRate: 1 })).toEqual(["mean", "share", "square"])
  expect(slots({ kind: "adamW", learningRate: 1, weightDecay: 0.1 })).toEqual(["mean", "share", "square"])
})

it("a schedule falls by step or by epoch, after a warm-up", () => {
  const run = { learningRate: 1, steps: 8, epochs: 2 }
  const rates = (setting: Parameters<typeof scheduleOf>[0]) => {
    const rate = scheduleOf(setting, run)
    return [0, 3, 4, 7].map(rate)
  }
  expect(rates({ kind: "poly", power: 1 })).toEqual([1, 0.625, 0.5, 0.125])
  expect(rates({ kind: "poly", power: 1, per: "epoch" })).toEqual([1, 1, 0.5, 0.5])
  expect(rates({ kind: "constant", warmUp: 5 })).toEqual([0.2, 0.8, 1, 1])
  expect(rates({ kind: "cosine", floor: 0.5 })[2]).toBeCloseTo(0.75, 12)
})

it("transforms by name are those transforms", () => {
  const settings: ReadonlyArray<TransformSetting> = [
    { kind: "flip", axis: "horizontal" },
    { kind: "rotate", degrees: [-10, 10], chance: 0.5 },
    { kind: "elastic", cells: 3 },
    { kind: "rotate90" },
    { kind: "noise", sigma: [0, 0.1] }
  ]
  expect(settings.map((setting) => transformOf(setting).name)).toEqual([
    "flip horizontal",
    "sometimes rotate",
    "elastic",
    "rotate90",
    "noise"
  ])
})
