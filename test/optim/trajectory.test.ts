import { setBackend } from "@tensorflow/tfjs-core"
import { expect } from "vitest"
import { dice } from "../../src/losses/dice.ts"
import { agcafNet } from "../../src/modules/networks/agcafNet.ts"
import { agpcNetNames } from "../../src/modules/pytorch/agpcNet.ts"
import { exportPyTorch, importPyTorch } from "../../src/modules/pytorch/convert.ts"
import { poly } from "../../src/optim/schedule.ts"
import { sgd } from "../../src/optim/sgd.ts"
import "../support/agreement.ts"
import { goldenTest } from "../support/golden.ts"
import { train } from "../support/learning.ts"

const STEPS = [0, 1, 2, 3, 4]

goldenTest("D_sgd_r18_w3_40_b4", "five steps of AGPCNet's training are PyTorch's", async (golden) => {
  await setBackend("wasm")
  const { scales, ratios, lr, T, momentum, weight_decay } = golden.config as {
    readonly scales: ReadonlyArray<number>
    readonly ratios: readonly [number, number]
    readonly lr: number
    readonly T: number
    readonly momentum: number
    readonly weight_decay: number
  }
  const network = agcafNet({ width: 3, scales, reduceRatios: ratios, dropout: 0 })
  const model = { spec: network.spec, names: agpcNetNames }
  const learningRates = STEPS.map(poly(lr, { total: T }))
  expect(learningRates).toBeAllclose(golden.tensor("output.lr").data, { relative: 1e-6 })

  const start = importPyTorch(model, golden.stateDict("param."))
  const examples = STEPS.map((i) => ({
    input: golden.image(`input.batch${i}`),
    target: golden.image(`input.target${i}`)
  }))
  const optimizer = sgd({ momentum, weightDecay: weight_decay })
  const steps = train(network, start, examples, { loss: dice(), optimizer, learningRates })

  expect(steps.map(({ loss }) => loss)).toBeAllclose(golden.tensor("output.loss").data, {
    relative: 0,
    absolute: 2e-5
  })
  for (const [prefix, params, absolute] of [
    ["step1.", steps[0].params, 1e-5],
    ["final.", steps[4].params, 3e-5]
  ] as const) {
    const found = await exportPyTorch(model, params as typeof start)
    const expected = golden.stateDict(prefix)
    expect([...found.keys()].sort()).toEqual([...expected.keys()].sort())
    for (const [name, { data }] of expected) {
      expect(found.get(name)?.data, `${prefix}${name}`).toBeAllclose(data as Float32Array, { relative: 0, absolute })
    }
  }
})
