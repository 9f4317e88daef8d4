import "@tensorflow/tfjs-backend-cpu"
import { add, fill, mul, type Scalar, setBackend, sqrt, square, sum, type Tensor } from "@tensorflow/tfjs-core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { beforeAll, describe, expect, it } from "vitest"
import { tensorsAlive } from "../../../src/backend/backend.ts"
import { cpu } from "../../../src/backend/engines/cpu.ts"
import { binaryCrossEntropy } from "../../../src/losses/crossEntropy.ts"
import { dice } from "../../../src/losses/dice.ts"
import type { Loss } from "../../../src/losses/loss.ts"
import { agcafNet } from "../../../src/modules/networks/agcafNet.ts"
import { mapSpec, type Params, type Spec } from "../../../src/modules/spec.ts"
import { adam, adamW } from "../../../src/optim/adam.ts"
import { clipByGlobalNorm, transformGradients } from "../../../src/optim/clip.ts"
import type { Optimizer } from "../../../src/optim/optimizer.ts"
import { constant, poly } from "../../../src/optim/schedule.ts"
import { sgd } from "../../../src/optim/sgd.ts"
import { crop } from "../../../src/stages/augment/crop.ts"
import { flip } from "../../../src/stages/augment/flip.ts"
import { rotate } from "../../../src/stages/augment/rotate.ts"
import { rotate90 } from "../../../src/stages/augment/rotate90.ts"
import type { Transform } from "../../../src/stages/augment/transform.ts"
import type { Dataset } from "../../../src/stages/cache/dataset.ts"
import { Files } from "../../../src/stages/files.ts"
import { loadLast } from "../../../src/stages/train/checkpoints.ts"
import { type TrainEvent, type TrainOptions, train } from "../../../src/stages/train/index.ts"
import { encodeCheckpoint } from "../../../src/training/checkpoint.ts"
import type { Sample } from "../../../src/volume/index.ts"
import { spyOn } from "../../support/filesSpy.ts"
import { someSample } from "../../support/sample.ts"
import { bytesIn, datasetOf, eventsOf, runTrain, someFiles } from "../../support/trainRun.ts"
import { someSamples } from "../../support/trainSamples.ts"
import { twoLayers } from "../../support/twoLayers.ts"

let dataset: Dataset
let validation: Dataset
beforeAll(async () => {
  dataset = await datasetOf(someSamples())
  validation = await datasetOf(someSamples("other", 5))
})

const options = (more: Partial<TrainOptions> = {}): TrainOptions => ({
  network: twoLayers(),
  epochs: 4,
  seed: 3,
  batchSize: 4,
  augmentation: [flip({ axis: "horizontal" })],
  validation,
  ...more
})

const kindsOf = (events: ReadonlyArray<TrainEvent>) => events.map(({ kind }) => kind)

const failureOf = async (set: Dataset, more: Partial<TrainOptions>): Promise<Error> =>
  (await Effect.runPromise(Effect.flip(eventsOf(set, options(more), await someFiles())))) as Error

it("tells of steps, epochs, validations and checkpoints in order", async () => {
  const events = await runTrain(dataset, options({ directory: "run", epochs: 2 }), await someFiles())
  expect(kindsOf(events.slice(0, 6))).toEqual(["step", "step", "epoch", "validation", "checkpoint", "checkpoint"])
  expect(events[0]).toMatchObject({ step: 1, steps: 4, epoch: 0, learningRate: 0.05 })
  expect(events[3]).toMatchObject({ best: true, stopping: false, dicePooled: { aggregation: "pooled", count: 5 } })
  expect(events.slice(4, 6)).toMatchObject([
    { role: "best", path: "run/best.safetensors" },
    { role: "last", step: 2 }
  ])
})

it("learns", async () => {
  const more = {
    epochs: 40,
    optimizer: adam() as Optimizer,
    schedule: () => constant(0.05),
    loss: binaryCrossEntropy()
  }
  const events = await runTrain(dataset, options(more), await someFiles())
  const scores = events.flatMap((event) => (event.kind === "validation" ? [event.dicePooled.value] : []))
  expect(scores.at(-1)).toBeGreaterThan(0.9)
})

it("stopped anywhere and resumed, leaves the same bytes as if it had never been stopped", async () => {
  for (const more of [{}, { microBatchSize: 3, optimizer: adam() as Optimizer, smoothing: 0.5 }]) {
    const straight = await someFiles()
    await runTrain(dataset, options({ ...more, directory: "run" }), straight)
    const expected = await bytesIn("run", straight)
    expect(expected.size).toBe(3)
    for (const stops of [[1], [2], [4], [9, 1], [3, 5, 2]]) {
      const files = await someFiles()
      for (const stop of stops) await runTrain(dataset, options({ ...more, directory: "run" }), files, stop)
      await runTrain(dataset, options({ ...more, directory: "run" }), files)
      const found = await bytesIn("run", files)
      const newest = [...expected.keys()].at(-1) as string
      for (const name of ["best.safetensors", newest]) {
        expect(Buffer.from(found.get(name) ?? []).equals(expected.get(name) as Uint8Array), `${stops}: ${name}`).toBe(
          true
        )
      }
    }
  }
})

it("goes on from the checkpoint before a newest one that was cut, and gives the same bytes", async () => {
  const files = await someFiles()
  await runTrain(dataset, options({ directory: "run" }), files)
  const expected = await bytesIn("run", files)
  const newest = [...expected.keys()].at(-1) as string
  const cut = (expected.get(newest) as Uint8Array).slice(0, 1000)
  await Effect.runPromise(files.write(`run/${newest}`, cut, { overwrite: true }))
  const events = await runTrain(dataset, options({ directory: "run" }), files)
  expect(kindsOf(events)).toContain("step")
  const found = await bytesIn("run", files)
  expect(Buffer.from(found.get(newest) ?? []).equals(expected.get(newest) as Uint8Array)).toBe(true)
})

it("does not send from one damaged checkpoint to another", async () => {
  const files = await someFiles()
  await runTrain(dataset, options({ directory: "run" }), files)
  for (const [name, bytes] of await bytesIn("run", files)) {
    await Effect.runPromise(files.write(`run/${name}`, bytes.slice(0, 1000), { overwrite: true }))
  }
  const error = await Effect.runPromise(Effect.flip(eventsOf(dataset, options({ directory: "run" }), files)))
  expect(error).toMatchObject({ _tag: "CheckpointError", kind: "damaged" })
  expect(error.message).toMatch(/; put a whole one in its place, or start anew in another directory$/)
})

it("says before the first step that a folder cannot be written into, unless nothing is left to do", async () => {
  const spy = spyOn()
  const { files } = spy
  const going = train(dataset, options({ directory: "run" })).pipe(
    Stream.runCollect,
    Effect.provide(cpu),
    Effect.provide(spy.layer, { local: true })
  )
  spy.fails = (line) => line.startsWith("write run")
  const before = tensorsAlive()
  expect((await Effect.runPromise(Effect.flip(going))).message).toMatch(/^cannot write into run: /)
  expect(tensorsAlive()).toBe(before)
  expect(await Effect.runPromise(files.list("run"))).toEqual([])
  spy.fails = () => false
  await Effect.runPromise(going)
  spy.fails = (line) => line.startsWith("write run")
  expect(await Effect.runPromise(going)).toEqual([])
})

it("has nothing left to do when it is run again", async () => {
  const files = await someFiles()
  await runTrain(dataset, options({ directory: "run" }), files)
  expect(await runTrain(dataset, options({ directory: "run" }), files)).toEqual([])
})

it("refuses the checkpoints of another run", async () => {
  const files = await someFiles()
  await runTrain(dataset, options({ directory: "run", epochs: 1 }), files)
  const refusal = async (more: Partial<TrainOptions>, set = dataset) =>
    Effect.runPromise(Effect.flip(eventsOf(set, options({ directory: "run", ...more }), files)))
  expect((await refusal({ seed: 4 })).message).toContain("it was made with seed 3, not 4; choose another directory")
  expect((await refusal({ batchSize: 2 })).message).toContain("batchSize 4, not 2")
  expect((await refusal({ optimizer: adam() as Optimizer })).message).toContain("it was made with optimizer")
  expect((await refusal({ network: twoLayers({ width: 8 }) })).message).toContain("it is of twoLayers")
  expect((await refusal({}, validation)).message).toContain("samples")
  expect((await refusal({ validation: dataset })).message).toContain("it was made with validation")
  const brighter = (samples: ReadonlyArray<Sample>) =>
    datasetOf(samples.map((sample) => ({ ...sample, pixels: sample.pixels.map((value) => value + 0.01) })))
  expect((await refusal({}, await brighter(someSamples()))).message).toContain("it was made with meanPixels")
  const seenOtherwise = await refusal({ validation: await brighter(someSamples("other", 5)) })
  expect(seenOtherwise.message).toContain("it was made with validationMeanPixels")
})

it("refuses to go on with other parameters of what it was made with, and allows more epochs", async () => {
  const files = await someFiles()
  const made = {
    directory: "run",
    epochs: 1,
    loss: dice(),
    augmentation: [rotate({ degrees: [-5, 5] })],
    schedule: (steps: number) => poly(0.05, { total: steps })
  }
  await runTrain(dataset, options(made), files)
  const refusal = async (more: Partial<TrainOptions>) =>
    (await Effect.runPromise(Effect.flip(eventsOf(dataset, options({ ...made, ...more }), files)))).message
  expect(await refusal({ loss: dice({ denominator: "squared" }) })).toMatch(/made with loss .*linear.*, not .*squared/)
  expect(await refusal({ loss: (logits, target) => dice()(logits, target) })).toMatch(/not "one of its own"/)
  expect(await refusal({ auxiliaryWeight: 0.3 })).toContain("auxiliaryWeight 0.4, not 0.3")
  expect(await refusal({ schedule: (steps) => poly(0.05, { total: steps, power: 1 }) })).toContain("schedule")
  expect(await refusal({ augmentation: [rotate({ degrees: [-5, 6] })] })).toContain("augmentationDraws")
  expect(await refusal({ monitor: "loss" })).toContain('monitor "dicePooled", not "loss"')
  expect(await refusal({ smoothing: 0.5 })).toContain("smoothing 0, not 0.5")
  const events = await runTrain(dataset, options({ ...made, epochs: 2, loss: dice({ activation: "sigmoid" }) }), files)
  expect(kindsOf(events)).toContain("step")
})

it("refuses to go on with another optimiser or loss, as far as they say what they are", async () => {
  const directory = "run"
  const another = async (made: Partial<TrainOptions>, goesOn: Partial<TrainOptions>) => {
    const files = await someFiles()
    await runTrain(dataset, options({ directory, epochs: 1, ...made }), files)
    const going = eventsOf(dataset, options({ directory, epochs: 2, ...goesOn }), files)
    return Effect.runPromise(
      Effect.match(going, { onSuccess: () => "goes on", onFailure: (error) => String(error.message) })
    )
  }
  const momentum = (momentum: number) => ({ optimizer: sgd({ momentum, weightDecay: 4e-4 }) as Optimizer })
  expect(await another({}, momentum(0.9))).toBe("goes on")
  expect(await another({}, momentum(0.8))).toMatch(/: it was made with optimizer momentum 0\.9, not 0\.8; choose/)
  expect(await another({ optimizer: adam() as Optimizer }, { optimizer: adamW() as Optimizer })).toContain(
    'it was made with optimizer name "adam", not "adamW", and optimizer weightDecay 0, not 0.01;'
  )
  expect(await another({}, { optimizer: adam() as Optimizer })).toMatch(
    /optimizer {"name":"sgd",.*}, not {"name":"adam"/
  )
  const clipped = (limit: number) => ({
    optimizer: transformGradients(momentum(0.9).optimizer, clipByGlobalNorm(limit))
  })
  expect(await another(clipped(1), clipped(2))).toContain("with optimizer transform limit 1, not 2;")

  const own = (power: number, described?: object) => {
    const loss: Loss = (logits, target) => mul<Scalar>(dice()(logits, target), power)
    return { loss: described === undefined ? loss : Object.assign(loss, { described }) }
  }
  expect(await another(own(1, { name: "own", power: 1 }), own(2, { power: 2, name: "own" }))).toContain(
    "with loss power 1, not 2;"
  )
  expect(await another(own(1, { name: "own", power: 1 }), own(1, { power: 1, name: "own" }))).toBe("goes on")
  expect(await another(own(1), own(2))).toBe("goes on")
})

it("tells all that differs from what a checkpoint was made with", async () => {
  const files = await someFiles()
  await runTrain(dataset, options({ directory: "run", epochs: 1 }), files)
  const other = options({ directory: "run", seed: 4, auxiliaryWeight: 0.3 })
  const error = await Effect.runPromise(Effect.flip(eventsOf(dataset, other, files)))
  expect(error.message).toContain("it was made with seed 3, not 4, and auxiliaryWeight 0.4, not 0.3;")
})

it("refuses a state that is not of the optimiser, where neither says what it is", async () => {
  const files = await someFiles()
  const remembering = (slot: string): Optimizer => ({
    init: () => ({ [slot]: {} }),
    update: ({ weights, state }) => ({
      weights: Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, mul(weight, 1)])),
      state
    })
  })
  await runTrain(dataset, options({ directory: "run", epochs: 1, optimizer: remembering("one") }), files)
  const other = options({ directory: "run", epochs: 2, optimizer: remembering("other") })
  const error = await Effect.runPromise(Effect.flip(eventsOf(dataset, other, files)))
  expect(error.message).toContain("it was made with another optimiser")
})

it("goes on from a checkpoint that says less of its options", async () => {
  const files = await someFiles()
  await runTrain(dataset, options({ directory: "run", epochs: 1 }), files)
  const found = await Effect.runPromise(Effect.provideService(loadLast("run"), Files, files))
  if (found === undefined) throw new Error("nothing was kept")
  const { snapshot, path } = found
  const { batchSize, microBatchSize, sampling, augmentation, samples } = snapshot.settings
  const settings = { batchSize, microBatchSize, sampling, augmentation, samples }
  await Effect.runPromise(files.write(path, encodeCheckpoint({ ...snapshot, settings }), { overwrite: true }))
  expect(kindsOf(await runTrain(dataset, options({ directory: "run", epochs: 2 }), files))).toContain("step")
})

it("ends early when the score has not improved for as long as it may, also when it is resumed", async () => {
  const files = await someFiles()
  const frozen = options({ schedule: () => constant(0), epochs: 9, patience: 2, directory: "run", monitor: "loss" })
  const bare = { ...frozen, network: twoLayers({ norm: false }) }
  const events = await runTrain(dataset, bare, files)
  const validations = events.filter((event) => event.kind === "validation")
  expect(validations.map(({ best, stopping }) => [best, stopping])).toEqual([
    [true, false],
    [false, false],
    [false, true]
  ])
  expect(await runTrain(dataset, bare, files)).toEqual([])
})

it("smooths the score", async () => {
  const events = await runTrain(dataset, options({ monitor: "loss", smoothing: 0.75 }), await someFiles())
  const [first, second] = events.filter((event) => event.kind === "validation")
  expect(first.score).toBe(first.loss)
  expect(second.score).toBeCloseTo(0.75 * first.loss + 0.25 * second.loss, 12)
})

it("says before the first step what nothing can be learned from", async () => {
  const empty = await datasetOf([someSample({ empty: true })])
  const none: Dataset = { ...empty, length: 0, info: [], cases: [] }
  expect((await failureOf(none, {})).message).toBe(
    "train: the training set is empty; look at the split, and at what the stages before keep"
  )
  expect((await failureOf(empty, {})).message).toContain("has no mask that marks a single pixel of tumor")
  expect((await failureOf(dataset, { validation: empty })).message).toContain("the validation set has no mask")
})

it("says before the first step what the network cannot take", async () => {
  const network = agcafNet({ width: 2, reduceRatios: [4, 4] })
  const odd = await datasetOf([someSample({ height: 10, width: 12 })])
  const error = await failureOf(odd, { network, augmentation: [], validation: odd })
  expect(error).toMatchObject({ _tag: "InputShapeError", found: [4, 10, 12, 1] })
  const two = await datasetOf([someSample({ height: 8, width: 8 }), someSample({ height: 8, width: 16, index: 1 })])
  expect((await failureOf(two, { augmentation: [] })).message).toContain("case volume-0, slice 1")
  expect(await failureOf(odd, { network, validation: undefined as never })).toMatchObject({ _tag: "InputShapeError" })
})

describe("sizes that differ", () => {
  const [square, wide] = [someSample({ height: 8, width: 8 }), someSample({ height: 8, width: 16, index: 1 })]
  const own = (apply: Transform["apply"]): Transform => ({ name: "own", params: () => ({}), apply })
  const computing = { loss: (() => expect.unreachable("it computes")) as Loss }

  it.each<[string, ReadonlyArray<Transform>]>([
    ["flipped", [flip({ axis: "horizontal" })]],
    ["changed by a transform of one's own", [own((sample) => ({ ...sample }))]]
  ])("are told before the first step where they are %s", async (_, augmentation) => {
    const error = await failureOf(await datasetOf([square, wide]), { ...computing, augmentation })
    expect(error).toMatchObject({ _tag: "InputShapeError", found: [8, 16] })
    expect(error.message).toMatch(
      /^train, in one training batch with 8 x 8 after augmentation, .* \[8, 16\]: slice or crop .*\(case volume-0, slice 1\)$/
    )
  })

  it("are told before the first step where turns make them, or they are of the validation set", async () => {
    const turned = await failureOf(await datasetOf([wide]), { ...computing, augmentation: [rotate90()], epochs: 99 })
    expect(turned.message).toContain("in one training batch with")
    const validated = await failureOf(dataset, { ...computing, validation: await datasetOf([square, wide]) })
    expect(validated.message).toMatch(/^train, in one validation batch with 8 x 8, cannot take .* \[8, 16\]/)
  })

  it("are none where all are cropped to one, or where the engine takes one at a time", async () => {
    const set = await datasetOf([square, wide])
    for (const more of [{ augmentation: [crop({ size: [8, 8] })] }, { microBatchSize: 1, validation: set }]) {
      expect(kindsOf(await runTrain(set, options({ epochs: 1, ...more }), await someFiles()))).toContain("step")
    }
  })

  it("that augmentation makes are looked at with the network's eyes", async () => {
    const network = agcafNet({ width: 2, reduceRatios: [4, 4] })
    const set = await datasetOf([someSample({ height: 16, width: 16 })])
    const error = await failureOf(set, {
      ...computing,
      network,
      augmentation: [crop({ size: [10, 12] })],
      validation: set
    })
    expect(error).toMatchObject({ _tag: "InputShapeError", found: [4, 10, 12, 1] })
  })

  it("is not all that may be wrong with augmentation: what fails is told before the first step", async () => {
    const failing = own(() => {
      throw new Error("no mask here")
    })
    const error = await failureOf(dataset, { ...computing, augmentation: [failing] })
    expect(error).toMatchObject({ _tag: "StageError", message: "augment: case volume-1: own: no mask here" })
  })
})

it("stops at a loss that is not finite, with the step, the rate and the cases", async () => {
  const samples = someSamples().map((sample, i) =>
    i === 6 ? { ...sample, pixels: sample.pixels.map(() => Number.NaN) } : sample
  )
  const error = await failureOf(await datasetOf(samples), { batchSize: 1, schedule: () => constant(0.01) })
  expect(error).toMatchObject({ _tag: "NonFiniteError", what: "loss", learningRate: 0.01, caseIds: ["volume-2"] })
  expect(error.message).toContain("cases volume-2); look at these images")
})

/** One image marks nothing, and this loss is finite there while its gradient is not. */
const oneSpoils = Array.from({ length: 8 }, (_, i) =>
  someSample({ caseId: i === 0 ? "spoilt" : "sound", index: i, height: 8, width: 8, empty: i === 0 })
)
const spoiling: Loss = (logits, target) =>
  add<Scalar>(binaryCrossEntropy()(logits, target), sqrt(sum(square(mul(logits, target)))))

it.each([
  ["a batch", { batchSize: 1 }, twoLayers()],
  ["micro-batches", { batchSize: 2, microBatchSize: 1 }, twoLayers()],
  ["a network without norms", { batchSize: 1 }, twoLayers({ norm: false })]
])("stops at the step whose gradient is not finite, with %s, and keeps what was before", async (_, sizes, network) => {
  const set = await datasetOf(oneSpoils)
  const files = await someFiles()
  const more = options({ ...sizes, network, loss: spoiling, schedule: () => constant(1e-3), directory: "run" })
  const before = tensorsAlive()
  const error = await Effect.runPromise(Effect.flip(eventsOf(set, more, files)))
  expect(tensorsAlive()).toBe(before)
  expect(error).toMatchObject({ _tag: "NonFiniteError", what: "parameters" })
  if (error._tag !== "NonFiniteError") return
  expect(error.caseIds).toContain("spoilt")
  expect(error.step).toBeGreaterThan(1)
  const kept = await Effect.runPromise(Effect.provideService(loadLast("run"), Files, files))
  expect(kept?.snapshot.position.step).toBe(error.step - 1)
})

it("names the cases where a validation is not finite", async () => {
  const spoilt = {
    ...someSample({ caseId: "spoilt", height: 8, width: 8 }),
    pixels: new Float32Array(64).fill(Number.NaN)
  }
  const set = await datasetOf([...someSamples("other", 5), spoilt])
  const error = await failureOf(dataset, { validation: set, batchSize: 2 })
  expect(error).toMatchObject({ _tag: "NonFiniteError", what: "validation loss" })
  expect(error).toHaveProperty("caseIds", expect.arrayContaining(["spoilt"]))
})

const notFinite = async (spec: Spec): Promise<Params> => {
  await setBackend("cpu")
  return mapSpec(spec, ({ shape }): Tensor => fill([...shape], Number.NaN)) as Params
}

it("blames no image where it begins from what is not finite", async () => {
  const network = twoLayers()
  const error = await failureOf(dataset, { network, initial: await notFinite(network.spec) })
  expect(error).toMatchObject({ _tag: "NonFiniteError", what: "parameters", step: 0, caseIds: [] })
})

it.each([
  ["throws", () => JSON.parse("?"), /^the training schedule has no rate for step 5, counted from 0: Unexpected token/],
  ["is not a number", () => Number.NaN, /for step 5, .*: it gives NaN, which is no finite number of 0 or more$/],
  ["is negative", () => -0.1, /for step 5, .*: it gives -0.1, which is no finite/]
])("says before the first step that the learning rate of a later one %s", async (what, given, message) => {
  const schedule = () => (step: number) => (step < 5 ? 0.05 : given())
  const files = await someFiles()
  const before = tensorsAlive()
  const error = await Effect.runPromise(Effect.flip(eventsOf(dataset, options({ schedule, directory: "run" }), files)))
  expect(error).toMatchObject({ _tag: "ScheduleError", step: 5, message: expect.stringMatching(message) })
  if (what === "throws") expect(error.cause).toBeInstanceOf(SyntaxError)
  expect(tensorsAlive()).toBe(before)
  expect(await Effect.runPromise(files.stat("run"))).toBeUndefined()
})

it("tells a schedule that fails only later as one, whatever it was asked for", async () => {
  const failureAfter = async (losses: number, more: Partial<TrainOptions>) => {
    let computed = 0
    const loss: Loss = (logits, target) => {
      computed++
      return dice()(logits, target)
    }
    const schedule = () => (): number => {
      if (computed >= losses) throw new Error("no rate today")
      return 0.05
    }
    return failureOf(dataset, { loss, schedule, ...more })
  }
  const told = { _tag: "ScheduleError", message: expect.stringMatching(/: no rate today$/) }
  expect(await failureAfter(1, {})).toMatchObject({ ...told, step: 1 })
  const network = twoLayers()
  expect(await failureAfter(1, { network, initial: await notFinite(network.spec) })).toMatchObject({ ...told, step: 0 })
  const spoilt = someSamples().map((each) => ({ ...each, pixels: each.pixels.map(() => Number.NaN) }))
  expect(await failureAfter(2, { validation: await datasetOf(spoilt) })).toMatchObject({ ...told, step: 1 })
})

it("refuses what makes no schedule where it is written", () => {
  const refusal = (schedule: unknown) => () =>
    eventsOf(dataset, options({ schedule: schedule as () => () => number }), undefined as never)
  expect(refusal(constant(0.05))).toThrow("train: schedule is one that gives 0.05 for 8 steps; expected a function of")
  expect(refusal(() => JSON.parse("?"))).toThrow("train: schedule is one that fails for 8 steps (Unexpected token")
})

it("refuses options that make no run where they are written", () => {
  expect(() => eventsOf(dataset, options({ batchSize: 0 }), undefined as never)).toThrow(
    "train: batchSize is 0; expected a positive integer"
  )
  expect(() => eventsOf(dataset, options({ smoothing: 1 }), undefined as never)).toThrow("at least 0 and below 1")
  const misspelt = { sampling: "Uniform", monitor: "dice", auxiliaryWeight: Number.NaN }
  for (const [option, found] of Object.entries(misspelt)) {
    expect(() => eventsOf(dataset, options({ [option]: found }), undefined as never)).toThrow(
      `train: ${option} is ${found}; expected `
    )
  }
})
