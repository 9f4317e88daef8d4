import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import { beforeAll, expect, it } from "vitest"
import { cpu } from "../../../src/backend/engines/cpu.ts"
import type { Dataset } from "../../../src/stages/cache/dataset.ts"
import { Files } from "../../../src/stages/files.ts"
import { logTo, readLog, type TrainEvent, train } from "../../../src/stages/train/index.ts"
import { spyOn } from "../../support/filesSpy.ts"
import { datasetOf, someFiles } from "../../support/trainRun.ts"
import { someSamples } from "../../support/trainSamples.ts"
import { twoLayers } from "../../support/twoLayers.ts"

let dataset: Dataset
beforeAll(async () => {
  dataset = await datasetOf(someSamples())
})

const LOG = "runs/a/log.jsonl"
const HISTORY = "runs/a/history.csv"
const events = (directory = "runs/a", saveEvery = 3) =>
  train(dataset, { network: twoLayers(), epochs: 3, batchSize: 4, saveEvery, validation: dataset, directory })
const within = <A, E>(files: Files["Service"], effect: Effect.Effect<A, E, Files>) =>
  Effect.runPromise(Effect.provideService(effect, Files, files))
const runLogged = (files: Files["Service"], most = 1e9, told = events()) =>
  within(files, told.pipe(logTo(LOG, { history: HISTORY }), Stream.take(most), Stream.runCollect, Effect.provide(cpu)))
const text = (files: Files["Service"], path = LOG) =>
  within(
    files,
    Effect.map(files.read(path), (bytes) => new TextDecoder().decode(bytes))
  )
/** What a log says, but for how long it took. */
const toldIn = async (files: Files["Service"]) =>
  (await within(files, readLog(LOG))).flatMap((event): ReadonlyArray<object> => {
    if (event.kind === "checkpoint") return []
    return event.kind === "step" ? [{ ...event, milliseconds: 0 }] : [event]
  })
const replace = (files: Files["Service"], content: string) =>
  within(files, files.write(LOG, new TextEncoder().encode(content), { overwrite: true }))

it("passes events on as they are, and holds each as a line", async () => {
  const files = await someFiles()
  const told = await runLogged(files)
  expect(await within(files, readLog(LOG))).toEqual(told)
  const lines = (await text(files)).trimEnd().split("\n")
  expect(lines.map((line) => JSON.parse(line).kind)).toEqual(told.map(({ kind }) => kind))
})

it("writes each event before the next is made", async () => {
  const spy = spyOn()
  const seen: Array<number> = []
  const watched = events().pipe(
    Stream.tap(() => Effect.sync(() => seen.push(spy.log.filter((line) => line === `append ${LOG}`).length))),
    logTo(LOG)
  )
  await Effect.runPromise(Stream.runDrain(watched).pipe(Effect.provide(cpu), Effect.provide(spy.layer)))
  expect(seen).toEqual([...seen.keys()])
})

it("a run that is stopped anywhere and goes on leaves the log of an unbroken one", async () => {
  const straight = await someFiles()
  await runLogged(straight)
  const expected = await toldIn(straight)
  expect(expected).toHaveLength(6 + 3 + 3)
  for (const stops of [[1], [2], [3], [4], [5], [8], [2, 3, 1, 4]]) {
    const files = await someFiles()
    for (const stop of stops) await runLogged(files, stop)
    await runLogged(files)
    expect(await toldIn(files), String(stops)).toEqual(expected)
    const [found, whole] = await Promise.all([files, straight].map((each) => text(each, HISTORY)))
    expect(found).toBe(whole)
  }
})

it("a run that is interrupted while a step is told leaves the log of an unbroken one", async () => {
  const straight = await someFiles()
  await runLogged(straight)
  const stopAt = (at: number) => (event: TrainEvent) =>
    event.kind === "step" && event.step === at ? Effect.interrupt : Effect.void
  for (const at of [1, 2, 3, 6]) {
    for (const before of [true, false]) {
      const files = await someFiles()
      const told = before
        ? events().pipe(Stream.tap(stopAt(at)), logTo(LOG))
        : events().pipe(logTo(LOG), Stream.tap(stopAt(at)))
      const exit = await within(files, Effect.exit(Stream.runDrain(told).pipe(Effect.provide(cpu))))
      expect(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)).toBe(true)
      await runLogged(files)
      expect(await toldIn(files), `${at} ${before}`).toEqual(await toldIn(straight))
    }
  }
})

it("what a killed run told after its last checkpoint is told once", async () => {
  const straight = await someFiles()
  await runLogged(straight)
  const lines = (await text(straight)).trimEnd().split("\n")
  for (let end = 1; end <= lines.length; end++) {
    // Killed before any checkpoint of this run was there, in the middle of a line.
    const files = await someFiles()
    await within(files, files.makeDirectory("runs/a"))
    await replace(files, `${lines.slice(0, end).join("\n")}\n${lines[0].slice(0, end)}`)
    await runLogged(files)
    expect(await toldIn(files)).toEqual(await toldIn(straight))
  }
})

it("a run that has nothing left to do leaves its log alone", async () => {
  const files = await someFiles()
  await runLogged(files)
  const before = await text(files)
  expect(await runLogged(files)).toEqual([])
  expect(await text(files)).toBe(before)
})

it("refuses a file that holds something else before the first step, and leaves it as it is", async () => {
  const files = await someFiles()
  await within(files, files.makeDirectory("runs/a"))
  for (const [content, line] of [
    ['{"kind":"step","step":1}\n# notes\n', 2],
    ['{"kind":"notes"}\n', 1],
    ["notes without an end of line", 1]
  ] as const) {
    await replace(files, content)
    await expect(runLogged(files)).rejects.toMatchObject({ _tag: "TrainLogError", path: LOG, line })
    expect(await text(files)).toBe(content)
    expect(await within(files, files.list("runs/a"))).toEqual(["log.jsonl"])
  }
})

it("a disk that is full stops the run with its error", async () => {
  const spy = spyOn()
  spy.fails = (line) => line.startsWith("append")
  const run = Stream.runDrain(events().pipe(logTo(LOG))).pipe(Effect.provide(cpu), Effect.provide(spy.layer))
  expect(await Effect.runPromise(Effect.flip(run))).toMatchObject({ _tag: "FileError", problem: "full", path: LOG })
})

it("a score of nothing comes back as one", async () => {
  const nothing: TrainEvent = { kind: "epoch", epoch: 1, loss: Number.NaN }
  const files = await someFiles()
  await within(files, Stream.make(nothing).pipe(logTo(LOG), Stream.runDrain))
  expect(await within(files, readLog(LOG))).toEqual([nothing])
  expect(await within(files, readLog("nowhere"))).toEqual([])
})
