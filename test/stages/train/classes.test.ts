import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { beforeAll, expect, it } from "vitest"
import { wasm } from "../../../src/backend/engines/wasm.ts"
import { categoricalCrossEntropy } from "../../../src/losses/crossEntropy.ts"
import { LossError } from "../../../src/losses/loss.ts"
import { uNet } from "../../../src/modules/networks/uNet.ts"
import { phantomCase } from "../../../src/phantom/phantom.ts"
import {
  cache,
  type Dataset,
  Files,
  labelSplit,
  loadBest,
  loadModel,
  predictCases,
  restack,
  samples,
  saveModel,
  scoreLitsCase,
  slice,
  train,
  WINDOWS,
  window
} from "../../../src/stages/index.ts"
import { datasetOf } from "../../support/trainRun.ts"

const patients = [0, 1].map((index) => phantomCase(1, index, { shape: [32, 32, 6] }))
const network = uNet({ width: 2, classes: 3 })
const target = ["liver", "tumor"] as const
let dataset: Dataset
beforeAll(async () => {
  const sliced = Stream.fromIterable(patients).pipe(window(), slice(), labelSplit(target), cache())
  dataset = await Effect.runPromise(sliced)
})

it("three classes are cached as the labels that they are", async () => {
  const [volume] = await Effect.runPromise(Stream.runCollect(samples(dataset).pipe(restack("mask"))))
  expect(volume.volume.voxels).toEqual(patients[0].labels?.voxels)
})

it("a network of three classes learns two targets at once, and predicts a volume of labels", async () => {
  const events = train(dataset, { network, epochs: 2, batchSize: 4, validation: dataset, directory: "run" })
  const program = Effect.gen(function* () {
    const told = yield* Stream.runCollect(events)
    const { params } = yield* loadBest("run")
    const preprocessing = { window: WINDOWS.lits, target }
    yield* saveModel("model", { network, params, preprocessing, training: {} })
    const model = yield* loadModel("model")
    const predictions = yield* Stream.make(patients[0]).pipe(predictCases(model), Stream.runCollect)
    return { told, predictions }
  })
  const { told, predictions } = await Effect.runPromise(
    program.pipe(Effect.provide(wasm), Effect.provide(Files.layerMemory()))
  )
  const validations = told.filter((event) => event.kind === "validation")
  expect(validations).toHaveLength(2)
  for (const { dicePooled, targets = [] } of validations) {
    expect(targets.map((each) => each.target)).toEqual(target)
    const [liver, tumor] = targets.map((each) => each.dicePooled.value)
    expect(dicePooled.value).toBeCloseTo((liver + tumor) / 2, 12)
  }
  for (const { mask, classes = [] } of predictions) {
    expect(classes).toHaveLength(3)
    expect(Math.max(...mask)).toBeLessThan(3)
    expect(classes[0].map((p, i) => p + classes[1][i] + classes[2][i])).toBeAllclose(new Array(1024).fill(1))
  }
  const [{ volume }] = await Effect.runPromise(
    Stream.runCollect(Stream.fromIterable(predictions).pipe(restack("mask")))
  )
  expect(scoreLitsCase(patients[0], volume).caseId).toBe(patients[0].id)
})

it("the loss falls, and both targets are found where pixels show them", async () => {
  const marks = await Effect.runPromise(Stream.runCollect(samples(dataset)))
  const shown = await datasetOf(marks.map((each) => ({ ...each, pixels: Float32Array.from(each.mask, (x) => x / 2) })))
  const events = await Effect.runPromise(
    train(shown, {
      network,
      epochs: 12,
      batchSize: 4,
      validation: shown,
      loss: categoricalCrossEntropy({ classWeights: [1, 2, 8] })
    }).pipe(Stream.runCollect, Effect.provide(wasm))
  )
  const scores = events.flatMap((event) => (event.kind === "validation" ? [event] : []))
  expect(scores[scores.length - 1].loss).toBeLessThan(scores[0].loss / 2)
  expect(scores[scores.length - 1].targets?.[0].dicePooled.value).toBeGreaterThan(0.7)
})

it("a network of other classes is refused, by what it gives and what is asked", async () => {
  const wrong = train(dataset, { network: uNet({ width: 2 }), epochs: 1 })
  const error = await Effect.runPromise(Effect.flip(Stream.runDrain(wrong)).pipe(Effect.provide(wasm)))
  expect(error).toBeInstanceOf(LossError)
  const mixed: Dataset = {
    ...dataset,
    info: dataset.info.map((each, i) => (i === 3 ? { ...each, target: "tumor" } : each))
  }
  const refused = train(mixed, { network, epochs: 1 })
  const reason = await Effect.runPromise(Effect.flip(Stream.runDrain(refused)).pipe(Effect.provide(wasm)))
  expect(reason.message).toContain("has masks of tumor (case volume-0) where others are of liver,tumor")
})
