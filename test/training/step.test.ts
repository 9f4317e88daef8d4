import { dispose, memory, scalar, setBackend, slice, tensor1d, tensor4d, tidy } from "@tensorflow/tfjs-core"
import { beforeEach, describe, expect, it } from "vitest"
import { binaryCrossEntropy } from "../../src/losses/crossEntropy.ts"
import { dice } from "../../src/losses/dice.ts"
import { conv2d, conv2dSpec } from "../../src/modules/conv2d.ts"
import { dropoutKey } from "../../src/modules/dropout.ts"
import { agcafNet } from "../../src/modules/networks/agcafNet.ts"
import type { Network } from "../../src/modules/networks/network.ts"
import { defineNetwork } from "../../src/modules/networks/network.ts"
import { weightsOf } from "../../src/modules/params.ts"
import { agpcNetNames } from "../../src/modules/pytorch/agpcNet.ts"
import { exportPyTorch, importPyTorch } from "../../src/modules/pytorch/convert.ts"
import { initialize, type Params } from "../../src/modules/spec.ts"
import { adam } from "../../src/optim/adam.ts"
import type { Optimizer } from "../../src/optim/optimizer.ts"
import { poly } from "../../src/optim/schedule.ts"
import { sgd } from "../../src/optim/sgd.ts"
import { key, uniform } from "../../src/random/index.ts"
import { flatParams, type TrainTensors, treeOf } from "../../src/training/state.ts"
import { accumulate, differentiate, trainStep, update, zeroIfFinite } from "../../src/training/step.ts"
import { engines } from "../support/engines.ts"
import { goldenTest } from "../support/golden.ts"
import { twoLayers } from "../support/twoLayers.ts"

const paper = sgd({ momentum: 0.9, weightDecay: 4e-4 })

const begin = (network: Network, params: Params, optimizer: Optimizer = paper): TrainTensors => {
  const flat = flatParams(network.spec, params)
  return { params: flat, optimizer: optimizer.init(weightsOf(network.spec, params)) }
}

const batchOf = (seed: number, size: number) => {
  const noise = uniform(key(seed), size * 64)
  return {
    images: tensor4d(noise, [size, 8, 8, 1]),
    masks: tensor4d(
      noise.map((x) => (x > 0.7 ? 1 : 0)),
      [size, 8, 8, 1]
    )
  }
}

const inputs = () => ({
  learningRate: scalar(0.05),
  dropoutKey: dropoutKey(key(3)),
  auxiliaryWeight: scalar(0.4)
})

for (const { name: engine, prepare } of [engines.wasm, engines.compiled]) {
  goldenTest("D_sgd_r18_w3_40_b4", `takes PyTorch's five steps of SGD on ${engine}`, async (golden) => {
    const network: Network = agcafNet({ width: 3, reduceRatios: [4, 3], dropout: 0, scales: [5, 3, 2] })
    const model = { spec: network.spec, names: agpcNetNames }
    const step = prepare(trainStep({ network, loss: dice(), optimizer: paper }))
    const rate = poly(0.05, { total: 20 })
    const params: Params = importPyTorch(model, golden.stateDict("param."))
    const weights = flatParams(network.spec, params)
    const learned = Object.fromEntries(Object.entries(weights).filter(([path]) => !/mean|variance/.test(path)))
    let state: TrainTensors = { params: weights, optimizer: paper.init(learned) }
    for (let i = 0; i < 5; i++) {
      const next = step({
        ...inputs(),
        ...state,
        optimizer: state.optimizer as ReturnType<typeof paper.init>,
        images: golden.image(`input.batch${i}`),
        masks: golden.image(`input.target${i}`),
        learningRate: scalar(rate(i))
      })
      const expected = golden.tensor("output.loss").data[i]
      const [loss] = await next.loss.data()
      expect(Math.abs(loss - expected), `step ${i}`).toBeLessThan(2e-5)
      state = next
    }
    const found = await exportPyTorch(model, treeOf(network.spec, state.params) as Params)
    for (const [name, { data }] of golden.stateDict("final.")) {
      expect(found.get(name)?.data, name).toBeAllclose(data as Float32Array, { relative: 0, absolute: 3e-5 })
    }
  })
}

describe.each([engines.wasm, engines.compiled])("on $name", ({ prepare }) => {
  it.each([
    ["finite", [1, -2], 0],
    ["infinite", [1, Number.POSITIVE_INFINITY], Number.NaN],
    ["no number", [Number.NaN, 1], Number.NaN]
  ])("one scalar tells whether vectors are %s", async (_, values, expected) => {
    const params = { filter: tensor4d([1, 2], [1, 1, 1, 2]), bias: tensor1d(values), gain: scalar(3) }
    expect([...(await prepare(zeroIfFinite)(params).data())]).toEqual([expected])
  })

  it("of a network without vectors everything is looked at", async () => {
    const params = { filter: tensor4d([1, Number.NaN], [1, 1, 1, 2]) }
    expect([...(await prepare(zeroIfFinite)(params).data())]).toEqual([Number.NaN])
  })
})

describe.each(["cpu", "wasm"])("on %s", (engine) => {
  beforeEach(async () => {
    await setBackend(engine)
  })

  it("leaves nothing behind but what it returns, and takes nothing away", () => {
    const network = twoLayers()
    for (const optimizer of [paper, adam()] as ReadonlyArray<Optimizer>) {
      const state = begin(network, initialize(key(1), network.spec) as Params, optimizer)
      const given = { ...inputs(), ...batchOf(5, 2), ...state }
      const before = memory().numTensors
      const next = trainStep({ network, loss: dice(), optimizer })(given)
      const made = [
        next.loss,
        ...Object.values(next.params),
        ...Object.values(next.optimizer).flatMap((s) => Object.values(s))
      ]
      expect(memory().numTensors - before).toBe(made.length)
      expect(new Set(made).size).toBe(made.length)
      dispose(made)
      expect(memory().numTensors).toBe(before)
      expect(Number.isFinite(given.params["inner.kernel"].dataSync()[0])).toBe(true)
    }
  })

  it("leaves a weight as it is that the loss does not depend on", () => {
    const used = conv2dSpec({ in: 1, out: 1, kernel: 1 })
    const network: Network = defineNetwork({
      name: "partlyUsed",
      config: {},
      spec: { outer: used, unused: used },
      forward: ({ outer }, x) => ({ logits: conv2d(outer, x) })
    })
    const state = begin(network, initialize(key(1), network.spec) as Params, sgd())
    const { params } = trainStep({ network, loss: dice(), optimizer: sgd() })({
      ...inputs(),
      ...batchOf(5, 2),
      params: state.params,
      optimizer: { velocity: {} }
    })
    expect(params["unused.kernel"].dataSync()).toEqual(state.params["unused.kernel"].dataSync())
    expect(params["outer.kernel"].dataSync()).not.toEqual(state.params["outer.kernel"].dataSync())
  })

  it("leaves nothing behind when it throws", () => {
    const network = twoLayers()
    const state = begin(network, initialize(key(1), network.spec) as Params)
    const given = { ...inputs(), ...batchOf(5, 2), ...state, masks: tensor4d([1], [1, 1, 1, 1]) }
    const before = memory().numTensors
    expect(() => trainStep({ network, loss: dice(), optimizer: paper as Optimizer })({ ...given, ...state })).toThrow(
      "the shapes must agree"
    )
    expect(memory().numTensors).toBe(before)
  })

  it("replaces running statistics, and moves every weight that has a gradient", () => {
    const network = twoLayers()
    const { params, optimizer } = begin(network, initialize(key(1), network.spec) as Params)
    const next = trainStep({ network, loss: dice(), optimizer: paper as Optimizer })({
      ...inputs(),
      ...batchOf(5, 2),
      params,
      optimizer
    })
    expect(Object.keys(next.params)).toEqual(Object.keys(params))
    for (const [path, tensor] of Object.entries(params)) {
      if (path === "inner.bias") continue // Batch norm takes a bias before it away.
      expect(next.params[path].dataSync(), path).not.toEqual(tensor.dataSync())
    }
  })

  it("accumulates two halves to the gradients, and the step, of the whole batch where nothing spans a batch", () => {
    const network = twoLayers({ norm: false, rate: 0 })
    const learner = { network, loss: binaryCrossEntropy(), optimizer: paper as Optimizer }
    const state = begin(network, initialize(key(1), network.spec) as Params)
    const { images, masks } = batchOf(9, 4)
    const whole = differentiate(learner)({ ...inputs(), ...state, images, masks })
    const part = (from: number, size: number) => ({
      images: slice(images, [from, 0, 0, 0], [size, 8, 8, 1]),
      masks: slice(masks, [from, 0, 0, 0], [size, 8, 8, 1])
    })
    const halves = [part(0, 3), part(3, 1)].map((half) => differentiate(learner)({ ...inputs(), ...state, ...half }))
    const first = accumulate({ pass: halves[0], share: scalar(3 / 4) })
    const mean = accumulate({ sum: first, pass: halves[1], share: scalar(1 / 4) })
    expect(mean.loss.dataSync()).toBeAllclose(whole.loss.dataSync(), { relative: 1e-5 })
    for (const [path, gradient] of Object.entries(whole.gradients)) {
      expect(mean.gradients[path].dataSync(), path).toBeAllclose(gradient.dataSync(), {
        relative: 1e-4,
        absolute: 1e-7
      })
    }
    const { learningRate } = inputs()
    const stepped = update(learner)({ ...state, ...mean, statistics: {}, learningRate })
    const straight = tidy(() => trainStep(learner)({ ...inputs(), ...state, images, masks }))
    for (const [path, tensor] of Object.entries(straight.params)) {
      expect(stepped.params[path].dataSync(), path).toBeAllclose(tensor.dataSync(), { relative: 1e-5, absolute: 1e-7 })
    }
  })
})
