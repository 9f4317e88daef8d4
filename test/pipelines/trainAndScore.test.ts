import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import { Backend, EngineError } from "../../src/backend/backend.ts"
import { cpu } from "../../src/backend/engines/cpu.ts"
import { wasm } from "../../src/backend/engines/wasm.ts"
import { agcafNet } from "../../src/modules/networks/agcafNet.ts"
import { evaluate } from "../../src/pipelines/evaluate.ts"
import { metricsOf } from "../../src/pipelines/metricsOf.ts"
import { writeResult } from "../../src/pipelines/protocolResult.ts"
import { surveyCohort } from "../../src/pipelines/surveyCohort.ts"
import { identityOf, type TrainAndScoreOptions, trainAndScore } from "../../src/pipelines/trainAndScore.ts"
import { Files } from "../../src/stages/files.ts"
import { loadModel } from "../../src/stages/model/loadModel.ts"
import { Progress } from "../../src/stages/progress.ts"
import { spyOn } from "../support/filesSpy.ts"
import { tinyCohort } from "../support/tinyCohort.ts"
import { runTiny, tinyFiles, tinyProtocol, tinyValue } from "../support/tinyProtocol.ts"
import { twoLayers } from "../support/twoLayers.ts"

const score = (options: Partial<TrainAndScoreOptions> = {}, protocol = tinyProtocol) =>
  trainAndScore("lits", protocol, twoLayers(), { directory: "runs/one", ...options })

/** An engine that refuses to compute. */
const idle = Layer.succeed(Backend, {
  name: "idle",
  description: "idle",
  run: () => Effect.fail(new EngineError({ engine: "idle", reason: "it was asked to compute", remedy: "do not" })),
  read: () => Effect.die("nothing to read"),
  prepare: (f) => f
})

it("gives history, scores of each test case, all metrics, and where things are", async () => {
  const files = tinyFiles()
  const result = await tinyValue(score({ keep: { model: true, masks: true } }), files)
  expect(result.history.map(({ epoch }) => epoch)).toEqual([1, 2])
  expect(result.cases.map(({ caseId }) => caseId)).toEqual(result.split.test)
  expect(result.metrics).toEqual(metricsOf(result.cases))
  expect(result.network).toMatchObject({ name: "twoLayers", config: { width: 4 }, parameters: 53 })
  expect(result.files).toEqual({ log: "log.jsonl", history: "history.csv", model: "model", masks: "masks" })
  expect(result.cases[0].mask).toBe(`masks/${result.split.test[0]}.nii.gz`)
  for (const path of ["log.jsonl", "history.csv", "result.json", result.cases[0].mask]) {
    expect((await tinyValue(files.stat(`runs/one/${path}`), files))?.kind).toBe("file")
  }
  expect(await tinyValue(files.stat("runs/one/checkpoints"), files)).toBeUndefined()

  const model = await tinyValue(loadModel("runs/one/model", { networks: { twoLayers } }), files)
  const { test } = result.split
  const again = evaluate(model, "lits", tinyProtocol, { cases: test, masks: "runs/one/masks" })
  const [tested] = await tinyValue(Stream.runCollect(again), files)
  expect(tested.volume).toEqual(result.cases[0].volume)
})

it("a finished run is not computed again, unless something that is to be kept is missing", async () => {
  const files = tinyFiles()
  const first = await tinyValue(score(), files)
  const onIdle = <A, E>(effect: Effect.Effect<A, E, Backend | Files>) =>
    Effect.runPromise(effect.pipe(Effect.provide(idle), Effect.provideService(Files, files)))
  expect(await onIdle(score())).toEqual(first)
  await expect(onIdle(score({ keep: { model: true } }))).rejects.toThrow("it was asked to compute")
  const kept = await tinyValue(score({ keep: { model: true } }), files)
  expect(kept.cases).toEqual(first.cases)
  expect(await onIdle(score({ keep: { model: true } }))).toEqual(kept)
})

it("what was kept and has gone is told and made again where it is asked for, and is not in the result where it is not", async () => {
  const files = tinyFiles()
  const keep = { masks: true, model: true }
  const first = await tinyValue(score({ keep }), files)
  await tinyValue(files.remove(`runs/one/${first.cases[0].mask}`), files)
  const without = await runTiny(score(), files)
  expect(without.value.cases[0]).not.toHaveProperty("mask")
  expect(without.value.files).toEqual({ log: "log.jsonl", history: "history.csv", model: "model" })
  expect(without.notices).toEqual([])
  const again = await runTiny(score({ keep }), files)
  expect(again.value).toEqual(first)
  expect(again.notices).toMatchObject([
    { message: expect.stringContaining("runs/one/masks was kept and is not there") }
  ])
  expect((await tinyValue(files.stat(`runs/one/${first.cases[0].mask}`), files))?.kind).toBe("file")
  await tinyValue(files.remove("runs/one/model/weights.safetensors"), files)
  expect((await runTiny(score({ keep }), files)).notices).toMatchObject([
    { message: expect.stringContaining("runs/one/model was kept and is not there") }
  ])
})

it("a mask that was kept and cannot be read is told and made again", async () => {
  const files = tinyFiles()
  const keep = { masks: true }
  const first = await tinyValue(score({ keep }), files)
  const path = `runs/one/${first.cases[0].mask}`
  const mask = await tinyValue(files.read(path), files)
  for (const damaged of [new Uint8Array(), mask.subarray(0, mask.length - 9)]) {
    await tinyValue(files.write(path, damaged, { overwrite: true }), files)
    const { notices, value } = await runTiny(score({ keep }), files)
    expect(notices).toMatchObject([
      { message: expect.stringMatching(/runs\/one\/masks .* cannot be read; .* made anew$/) }
    ])
    expect(value).toEqual(first)
    expect(await tinyValue(files.read(path), files)).toEqual(mask)
  }
})

it("the same inputs give the same bytes, whatever time they took; results of earlier days lose their times", async () => {
  const [one, two] = [tinyFiles(), tinyFiles()]
  const [result] = [await tinyValue(score(), one), await tinyValue(score(), two)]
  for (const path of ["runs/one/result.json", "runs/one/history.csv"]) {
    expect(await tinyValue(one.read(path), one)).toEqual(await tinyValue(two.read(path), two))
  }
  const facts = await tinyValue(surveyCohort("lits"), one)
  const identity = identityOf(facts, tinyProtocol, twoLayers())
  const timed = { ...result, history: result.history.map((row) => ({ ...row, seconds: 7 })) }
  await tinyValue(writeResult("runs/one", identity, timed), one)
  const { notices, value } = await runTiny(score(), one)
  expect(notices).toEqual([])
  expect(value).toEqual(result)
})

it("a run of other options in the same directory is told and made anew", async () => {
  const files = tinyFiles()
  await tinyValue(score(), files)
  const { value, notices } = await runTiny(score({}, { ...tinyProtocol, threshold: 0.4 }), files)
  expect(value.protocol.threshold).toBe(0.4)
  expect(notices).toMatchObject([{ message: expect.stringContaining("is of other inputs or options") }])
})

it("a run that was stopped goes on to the same result", async () => {
  const whole = await tinyValue(score({}, { ...tinyProtocol, epochs: 4 }), tinyFiles())
  const files = tinyFiles()
  let fiber: Fiber.Fiber<unknown, unknown> | undefined
  const stopped = score({}, { ...tinyProtocol, epochs: 4 }).pipe(
    Effect.provide(cpu),
    Effect.provideService(Files, files),
    Effect.provideService(Progress, ({ task, done }) =>
      Effect.sync(() => {
        if (task === "train" && done === 5) fiber?.interruptUnsafe()
      })
    )
  )
  fiber = Effect.runFork(stopped)
  const exit = await Effect.runPromise(Fiber.await(fiber))
  expect(exit._tag).toBe("Failure")
  expect(await tinyValue(files.stat("runs/one/result.json"), files)).toBeUndefined()
  const other = score({}, { ...tinyProtocol, epochs: 4, loss: { kind: "focal" } })
  await expect(tinyValue(other, files)).rejects.toThrow("it is of another run")
  const resumed = await tinyValue(score({}, { ...tinyProtocol, epochs: 4 }), files)
  expect(resumed).toEqual(whole)
})

it("says before anything is read that a network cannot take the images", async () => {
  const odd = trainAndScore(
    "nowhere",
    { ...tinyProtocol, size: [18, 18] },
    agcafNet({ width: 4, reduceRatios: [4, 2] }),
    {
      directory: "runs/odd"
    }
  )
  await expect(tinyValue(odd, tinyFiles())).rejects.toMatchObject({ _tag: "InputShapeError" })
  const unknown = trainAndScore("nowhere", tinyProtocol, { name: "vNet" }, { directory: "runs/odd" })
  await expect(tinyValue(unknown, tinyFiles())).rejects.toThrow("vNet")
})

it("says before a case is read that a folder cannot be written into, unless a result is there", async () => {
  const spy = spyOn(Files.layerMemory(tinyCohort(6)))
  const wanted = score({ cache: "elsewhere" }).pipe(Effect.provide(cpu), Effect.provide(spy.layer, { local: true }))
  spy.fails = (line) => line.startsWith("write runs")
  const error = await Effect.runPromise(Effect.flip(wanted))
  expect(error.message).toMatch(/^cannot write into runs\/one: /)
  expect(spy.log.filter((line) => line.includes("lits"))).toEqual([])
  spy.fails = () => false
  const first = await Effect.runPromise(wanted)
  spy.fails = (line) => /^(write|append|make)/.test(line)
  expect(await Effect.runPromise(wanted)).toEqual(first)
})

it("a run that left no checkpoint does not stand in the way of another", async () => {
  const files = tinyFiles()
  await tinyValue(files.makeDirectory("runs/one/checkpoints"), files)
  await tinyValue(files.write("runs/one/run.json", new TextEncoder().encode("of another")), files)
  expect((await tinyValue(score(), files)).history).toHaveLength(2)
})

it("trains the proposed network, by name, on wasm", async () => {
  const network = { name: "agcafNet", config: { width: 4, scales: [2], reduceRatios: [4, 2], auxiliary: true } }
  const result = await Effect.runPromise(
    trainAndScore("lits", { ...tinyProtocol, epochs: 1 }, network, { directory: "runs/wasm" }).pipe(
      Effect.provide(wasm),
      Effect.provideService(Files, tinyFiles())
    )
  )
  expect(result.engine).toContain("wasm")
  expect(result.history[0].loss).toBeGreaterThan(0)
})

it.each<readonly [wrong: object, said: RegExp]>([
  [{ target: "tumour" }, /^protocol: target is "tumour"; did you mean tumor\?/],
  [{ keep: "tumour" }, /^slice: keep is tumour/],
  [{ postprocess: [{ kind: "fillHoles" }] }, /^postprocess: kind is fillHoles/],
  [{ threshold: 1.5 }, /^predict: threshold is 1.5; expected a number from 0 to 1/],
  [{ split: { ratios: [5, 1, 0], seed: 1 } }, /^split: ratios of 5:1:0 leave no patient to test/],
  [{ batchsize: 8, learningRate: 0.1 }, /^protocol: batchsize is 8; there is no such setting; did you mean batchSize\?/]
])("a mistaken protocol is refused before anything is read or made: %o", async (wrong, said) => {
  const spy = spyOn(Files.layerMemory(tinyCohort(6)))
  const scored = score({}, { ...tinyProtocol, ...wrong } as typeof tinyProtocol)
  const error = await Effect.runPromise(
    Effect.flip(scored).pipe(Effect.provide(idle), Effect.provide(spy.layer, { local: true }))
  )
  expect(error.message).toMatch(said)
  expect(spy.log).toEqual([])
})
