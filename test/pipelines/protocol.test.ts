import { expect, it } from "vitest"
import { agcafProtocol } from "../../src/pipelines/protocol.ts"
import { trainOptionsOf } from "../../src/pipelines/protocolOptions.ts"

it("the paper's settings are those of its text", () => {
  expect(agcafProtocol).toMatchObject({
    size: [256, 256],
    target: "tumor",
    split: { ratios: [8, 1, 1] },
    optimizer: { kind: "sgd", learningRate: 0.05, momentum: 0.9, weightDecay: 4e-4 },
    schedule: { kind: "poly", power: 0.9 },
    loss: { kind: "dice" },
    augmentation: []
  })
})

it("its learning rate is that of Eq. 8", () => {
  const rate = trainOptionsOf(agcafProtocol).schedule?.(100) ?? (() => Number.NaN)
  for (const [step, expected] of [
    [0, 0.05],
    [1, 0.049549774],
    [50, 0.026794336],
    [99, 0.000792447]
  ]) {
    expect(rate(step)).toBeCloseTo(expected, 8)
  }
})

it("is plain data", () => {
  expect(JSON.parse(JSON.stringify(agcafProtocol))).toEqual(agcafProtocol)
})
