import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import fc from "fast-check"
import { afterAll, beforeAll, expect, it } from "vitest"
import { readNiftiLabels } from "../../../src/formats/readNifti.ts"
import { layer, layerFiles, run } from "../../../src/node.ts"
import { labelSplit, load, restack, slice, window, write, writePhantomCohort } from "../../../src/stages/index.ts"
import { spyOn } from "../../support/filesSpy.ts"

const CASES = 4
let folder = ""
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "hepaflow-interruption-"))
  await run(writePhantomCohort(join(folder, "cohort"), { cases: CASES, shape: [32, 32, 8] }))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const FD = "/proc/self/fd"
const openFiles = () => (existsSync(FD) ? readdirSync(FD).length : 0)

/** Runs from CT to masks on disk; interrupted `delay` ms after the file operation `at` has begun, if there are as many. */
const masks = async (output: string, at: number, delay: number) => {
  const spy = spyOn(layerFiles)
  const reported: Array<string> = []
  const reached = Deferred.makeUnsafe<void>()
  spy.fails = () => {
    if (spy.log.length > at) Deferred.doneUnsafe(reached, Effect.void)
    return false
  }
  const pipeline = load(join(folder, "cohort")).pipe(
    window(),
    slice(),
    labelSplit("wholeLiver"),
    restack("mask"),
    write(output, { as: "nifti" }),
    Stream.runForEach(({ path }) => Effect.sync(() => reported.push(path))),
    Effect.provide(spy.layer),
    Effect.provide(layer)
  )
  await Effect.runPromise(
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(pipeline)
      yield* Effect.raceFirst(Fiber.await(fiber), Effect.andThen(Deferred.await(reached), Effect.sleep(delay)))
      yield* Fiber.interrupt(fiber)
    })
  )
  return { operations: spy.log.length, reported }
}

it("a run that is interrupted anywhere loses nothing that it wrote, leaves nothing half written and no file open", async () => {
  let round = 0
  const { operations, reported } = await masks(join(folder, "whole"), Number.POSITIVE_INFINITY, 0)
  expect(reported).toHaveLength(CASES)
  const before = openFiles()
  await fc.assert(
    fc.asyncProperty(fc.nat(operations - 1), fc.nat(4), async (at, delay) => {
      const output = join(folder, `masks-${round++}`)
      const { reported } = await masks(output, at, delay)
      expect(openFiles()).toBe(before)
      const there = existsSync(output) ? readdirSync(output) : []
      expect(there).toEqual(expect.arrayContaining(reported.map((path) => path.split("/").at(-1))))
      for (const name of there) {
        expect(name).toMatch(/^volume-\d\.nii\.gz$/)
        const mask = await readNiftiLabels({ name, bytes: new Uint8Array(readFileSync(join(output, name))) })
        expect(mask.shape).toEqual([32, 32, 8])
      }
    }),
    { numRuns: 60 }
  )
}, 60_000)
