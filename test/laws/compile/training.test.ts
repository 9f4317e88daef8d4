import { makeCompiler } from "../../../src/compile/compiler.ts"
import "@tensorflow/tfjs-backend-cpu"
import "../../../src/backend/gradients.ts"
import {
  dispose,
  grad,
  mul,
  type Scalar,
  scalar,
  type Tensor,
  type Tensor4D,
  tensor,
  tidy,
  zeros
} from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { sizeOf } from "../../../src/compile/graph.ts"
import {
  binaryCrossEntropy,
  categoricalCrossEntropy,
  dice,
  focal,
  type Loss,
  tversky,
  weightedSum
} from "../../../src/losses/index.ts"
import { dropout, dropoutKey } from "../../../src/modules/dropout.ts"
import { collectStatistics } from "../../../src/modules/mode.ts"
import { uNet } from "../../../src/modules/networks/index.ts"
import { weightsOf } from "../../../src/modules/params.ts"
import { initialize } from "../../../src/modules/spec.ts"
import {
  adam,
  adamW,
  clipByGlobalNorm,
  clipByValue,
  type Optimizer,
  type OptimizerState,
  sgd,
  transformGradients
} from "../../../src/optim/index.ts"
import type { Tensors } from "../../../src/optim/optimizer.ts"
import { fold, key, normal } from "../../../src/random/index.ts"
import { flatParams, trainStep, treeOf } from "../../../src/training/index.ts"
import { counted } from "../../support/compiled/counted.ts"
import { testRuntime } from "../../support/compiled/runtime.ts"
import { testCompiler } from "../../support/compiled/testCompiler.ts"

const { compile } = testCompiler()

const noise = (purpose: string, ...shape: Array<number>) => tensor(normal(fold(key(1), purpose), sizeOf(shape)), shape)

const losses: ReadonlyArray<readonly [string, Loss, classes: number]> = [
  ["dice", dice(), 1],
  ["dice of each image, squared", dice({ reduction: "perImage", denominator: "squared" }), 2],
  ["dice of softmax", dice({ activation: "softmax" }), 3],
  ["tversky", tversky({ falsePositives: 0.3, falseNegatives: 0.7 }), 1],
  ["binary cross-entropy", binaryCrossEntropy({ positiveWeight: 3 }), 2],
  ["categorical cross-entropy", categoricalCrossEntropy({ classWeights: [1, 2, 3] }), 3],
  ["focal", focal(), 1],
  ["focal of softmax", focal({ activation: "softmax", gamma: 1.5, positiveFraction: 0.3 }), 3],
  [
    "a weighted sum",
    weightedSum([
      [1, dice()],
      [0.5, binaryCrossEntropy()]
    ]),
    1
  ]
]

it.each(losses)("%s and its gradient are the cpu engine's", async (name, loss, classes) => {
  const logits = mul(noise("logits", 2, 5, 6, classes), 3)
  const drawn = noise("target", 2, 5, 6, classes)
  const target = tensor(
    drawn.dataSync().map((x, i) => Number(classes === 3 ? i % 3 === 1 : x > 0)),
    drawn.shape
  )
  const both = ({ logits, target }: { readonly logits: Tensor; readonly target: Tensor }) => ({
    value: loss(logits as Tensor4D, target as Tensor4D),
    slope: grad((x: Tensor) => loss(x as Tensor4D, target as Tensor4D))(logits)
  })
  const [expected, found] = [both({ logits, target }), compile(both)({ logits, target })]
  expect(await found.value.data(), name).toBeAllclose(expected.value.dataSync(), { relative: 1e-5 })
  expect(await found.slope.data(), name).toBeAllclose(expected.slope.dataSync(), { relative: 2e-5 })
})

const optimizers: ReadonlyArray<readonly [string, Optimizer]> = [
  ["sgd", sgd()],
  ["sgd with momentum and decay", sgd({ momentum: 0.9, weightDecay: 4e-4 })],
  ["adam", adam({ weightDecay: 1e-3 })],
  ["adamW", adamW({ weightDecay: 1e-2 })],
  ["sgd by a clipped norm", transformGradients(sgd({ momentum: 0.9 }), clipByGlobalNorm(1))],
  ["adam by clipped values", transformGradients(adam(), clipByValue(0.5))]
] as ReadonlyArray<readonly [string, Optimizer]>

it.each(optimizers)("three steps of %s are the cpu engine's, at changing rates", async (_, optimizer) => {
  const shapes = { filter: [3, 3, 2, 4], matrix: [5, 3], bias: [4], number: [] }
  const draw = (purpose: string): Tensors =>
    Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, noise(`${purpose} ${name}`, ...shape)]))
  type Step = { weights: Tensors; gradients: Tensors; state: OptimizerState; learningRate: Scalar }
  const step = (inputs: Step) => optimizer.update(inputs)
  const compiled = compile(step)
  let expected = { weights: draw("weights"), state: optimizer.init(draw("weights")) }
  let found = expected
  for (const [i, learningRate] of [0.1, 0.05, 0.02].entries()) {
    const rest = { gradients: draw(`gradients ${i}`), learningRate: scalar(learningRate) }
    expected = step({ ...expected, ...rest })
    found = compiled({ ...found, ...rest })
  }
  const slots = [
    [expected.weights, found.weights],
    ...Object.keys(expected.state).map((slot) => [expected.state[slot], found.state[slot]])
  ]
  for (const [one, other] of slots) {
    expect(Object.keys(other)).toEqual(Object.keys(one))
    for (const [name, value] of Object.entries(one)) {
      expect(await other[name].data(), name).toBeAllclose(value.dataSync(), { relative: 1e-5, absolute: 1e-7 })
    }
  }
})

it("dropout has the bits of the cpu engine, and others for another key", async () => {
  const drop = ({ x, step }: { readonly x: Tensor; readonly step: Tensor }) =>
    dropout(
      x,
      { training: true, key: step as ReturnType<typeof dropoutKey>, statistics: collectStatistics() },
      { rate: 0.4, purpose: "test" }
    )
  const compiled = compile(drop)
  const x = noise("x", 2, 7, 9, 5)
  const masks = await Promise.all(
    [1, 2].map(async (seed) => {
      const step = dropoutKey(key(seed))
      const [expected, found] = [drop({ x, step }).dataSync(), await compiled({ x, step }).data()]
      expect([...found]).toEqual([...expected])
      return [...found].map((value) => value === 0).join()
    })
  )
  expect(masks[0]).not.toBe(masks[1])
})

it("a training loop loads one model, because what a step gives lies as it takes it", async () => {
  const { runtime: own, calls, buffers } = counted(testRuntime())
  const engine = makeCompiler(own)
  const network = uNet({ width: 1 })
  const optimizer = adam()
  const step = engine.compile(trainStep({ network, loss: dice(), optimizer }))
  const params = flatParams(network.spec, initialize(key(1), network.spec))
  let state = { params, optimizer: optimizer.init(weightsOf(network.spec, treeOf(network.spec, params))) }
  const inUse: Array<number> = []
  for (let i = 0; i < 4; i++) {
    const given = {
      images: noise(`images ${i}`, 1, 16, 16, 1) as Tensor4D,
      masks: zeros([1, 16, 16, 1]) as Tensor4D,
      learningRate: scalar(0.01),
      dropoutKey: dropoutKey(key(i)),
      auxiliaryWeight: scalar(0.4)
    }
    const { loss, ...next } = step({ ...state, ...given })
    dispose([loss, state, given] as never)
    state = next
    inUse.push(buffers.size)
  }
  expect(calls).toEqual({ loads: 1, runs: 4 })
  expect(new Set(inUse).size).toBe(1)
  engine.dispose()
  await own.close()
})

it("what is computed within a tidy of the caller lives as long as that says", () => {
  const double = compile((x: Tensor) => mul(x, 2))
  const kept = tidy(() => {
    double(scalar(1))
    return double(scalar(2))
  })
  expect(kept.isDisposed).toBe(false)
  kept.dispose()
})
