import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import { cpu } from "../../../src/backend/engines/cpu.ts"
import { conv2d, conv2dSpec } from "../../../src/modules/conv2d.ts"
import { defineNetwork } from "../../../src/modules/networks/network.ts"
import {
  doneOf,
  outcomesOf,
  runStudy,
  type StudyEvent,
  type StudyOptions
} from "../../../src/pipelines/study/runStudy.ts"
import type { Study } from "../../../src/pipelines/study/study.ts"
import { Files } from "../../../src/stages/files.ts"
import { runTiny, tinyFiles, tinyProtocol, tinyValue } from "../../support/tinyProtocol.ts"
import { twoLayers } from "../../support/twoLayers.ts"

const study: Study = {
  name: "widths",
  cohort: "lits",
  protocol: { ...tinyProtocol, epochs: 1 },
  variants: [
    { name: "narrow", network: twoLayers({ width: 2 }) },
    { name: "wide", network: twoLayers({ width: 4 }) }
  ],
  seeds: [1, 2]
}

const outcomes = (of: Study = study, options: Partial<StudyOptions> = {}) =>
  outcomesOf(runStudy(of, { directory: "studies", ...options }))

it("runs every cell of the grid, and tells of each when it starts and how it ends", async () => {
  const events = await tinyValue(Stream.runCollect(runStudy(study, { directory: "studies" })), tinyFiles())
  expect(events.map(({ kind, cell, done }) => [kind, cell.variant, cell.seed, done])).toEqual([
    ["started", "narrow", 1, 0],
    ["finished", "narrow", 1, 1],
    ["started", "wide", 1, 1],
    ["finished", "wide", 1, 2],
    ["started", "narrow", 2, 2],
    ["finished", "narrow", 2, 3],
    ["started", "wide", 2, 3],
    ["finished", "wide", 2, 4]
  ])
})

it("a study that is extended computes the new cells alone", async () => {
  const files = tinyFiles()
  const first = doneOf(await tinyValue(outcomes(), files))
  const longer = { ...study, variants: [...study.variants, { name: "wider", network: twoLayers({ width: 6 }) }] }
  const second = doneOf(await tinyValue(outcomes(longer), files))
  expect(second.map(({ kind, cell }) => [kind, cell.variant])).toEqual([
    ["reused", "narrow"],
    ["reused", "wide"],
    ["finished", "wider"],
    ["reused", "narrow"],
    ["reused", "wide"],
    ["finished", "wider"]
  ])
  expect(second.filter(({ kind }) => kind === "reused").map(({ result }) => result)).toEqual(
    first.map(({ result }) => result)
  )
})

it("a network of the same name and options with other parameters is another one", async () => {
  const files = tinyFiles()
  const named = (kernel: number): Study => ({ ...study, seeds: [1], variants: [{ name: "own", network: own(kernel) }] })
  const own = (kernel: number) =>
    defineNetwork({
      name: "own",
      config: {},
      spec: { only: conv2dSpec({ in: 1, out: 1, kernel }) },
      forward: (p, x) => ({ logits: conv2d(p.only, x) })
    })
  expect((await tinyValue(outcomes(named(1)), files))[0].kind).toBe("finished")
  expect((await tinyValue(outcomes(named(3)), files))[0].kind).toBe("finished")
  expect((await tinyValue(outcomes(named(3)), files))[0].kind).toBe("reused")
})

it("a study that was interrupted computes nothing again that was finished", async () => {
  const files = tinyFiles()
  const events: Array<StudyEvent> = []
  let fiber: Fiber.Fiber<unknown, unknown> | undefined
  const stopping = runStudy(study, { directory: "studies" }).pipe(
    Stream.runForEach((event) =>
      Effect.sync(() => {
        events.push(event)
        if (event.kind === "started" && event.done === 2) fiber?.interruptUnsafe()
      })
    ),
    Effect.provide(cpu),
    Effect.provideService(Files, files)
  )
  fiber = Effect.runFork(stopping)
  await Effect.runPromise(Fiber.await(fiber))
  expect(events.at(-1)).toMatchObject({ kind: "started", done: 2 })
  const rest = await tinyValue(outcomes(), files)
  expect(rest.map(({ kind }) => kind)).toEqual(["reused", "reused", "finished", "finished"])
})

it("a cell that fails is told in its place, and the others go on", async () => {
  const files = tinyFiles()
  const failing: Study = {
    ...study,
    seeds: [1],
    variants: [
      { name: "unknown", network: { name: "vNet" } },
      {
        name: "diverging",
        network: twoLayers(),
        protocol: { optimizer: { kind: "sgd", learningRate: 1e30, momentum: 0, weightDecay: 0 } }
      },
      ...study.variants
    ]
  }
  const all = await tinyValue(outcomes(failing), files)
  expect(all.map((outcome) => (outcome.kind === "failed" ? outcome.error.tag : outcome.kind))).toEqual([
    "ConfigError",
    "NonFiniteError",
    "finished",
    "finished"
  ])
  const again = await tinyValue(outcomes(failing), files)
  expect(again.map(({ kind }) => kind)).toEqual(["failed", "failed", "reused", "reused"])
})

it("a result that is damaged is told and computed again, to the same numbers", async () => {
  const files = tinyFiles()
  const before = doneOf(await tinyValue(outcomes(), files))
  const path = `studies/${before[1].folder}/result.json`
  const bytes = await tinyValue(files.read(path), files)
  const text = new TextDecoder().decode(bytes).replace(/"epochs":1/, '"epochs":2')
  await tinyValue(files.write(path, new TextEncoder().encode(text), { overwrite: true }), files)
  const { value, notices } = await runTiny(outcomes(), files)
  expect(value.map(({ kind }) => kind)).toEqual(["reused", "finished", "reused", "reused"])
  expect(doneOf(value)[1].result.cases).toEqual(before[1].result.cases)
  expect(notices).toMatchObject([{ kind: "warning", message: expect.stringContaining(`${path} is damaged`) }])
})

it("a cell is of the contents of its cohort, wherever they lie", async () => {
  const files = tinyFiles()
  await tinyValue(outcomes(), files)
  const pairs = [0, 1, 2, 3, 4, 5].map((n) => ({
    id: `volume-${n}`,
    image: `lits/volume-${n}.nii`,
    labels: `lits/segmentation-${n}.nii`
  }))
  const same = await tinyValue(outcomes({ ...study, cohort: pairs }), files)
  expect(same.map(({ kind }) => kind)).toEqual(["reused", "reused", "reused", "reused"])
  const fewer = await tinyValue(outcomes({ ...study, cohort: pairs.slice(0, 5), seeds: [1] }), files)
  expect(fewer.map(({ kind }) => kind)).toEqual(["finished", "finished"])
})

it("fails at once for a study that is none, or a cohort that is not there", async () => {
  await expect(tinyValue(outcomes({ ...study, variants: [] }), tinyFiles())).rejects.toThrow("there is no variant")
  await expect(tinyValue(outcomes({ ...study, cohort: "nowhere" }), tinyFiles())).rejects.toMatchObject({
    _tag: "FileError"
  })
})

it("fails before anything is read for a variant whose protocol cannot be carried out", async () => {
  const impossible = { name: "impossible", network: twoLayers(), protocol: { threshold: 1.5 } }
  const wrong = outcomes({ ...study, cohort: "nowhere", variants: [...study.variants, impossible] })
  await expect(tinyValue(wrong, tinyFiles())).rejects.toMatchObject({
    _tag: "StudyError",
    message: expect.stringMatching(/^study widths: the variant impossible cannot be run: predict: threshold is 1.5; /),
    cause: { _tag: "StageOptionError" }
  })
})
