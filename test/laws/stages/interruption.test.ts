import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import fc from "fast-check"
import { afterAll, beforeAll, expect, it } from "vitest"
import { readNiftiLabels } from "../../../src/formats/readNifti.ts"
import { layer, run } from "../../../src/node.ts"
import { labelSplit, load, restack, slice, window, write, writePhantomCohort } from "../../../src/stages/index.ts"

const CASES = 4
let folder = ""
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "hepaflow-interruption-"))
  await run(writePhantomCohort(join(folder, "cohort"), { cases: CASES, shape: [32, 32, 8] }))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const FD = "/proc/self/fd"
const openFiles = () => (existsSync(FD) ? readdirSync(FD).length : 0)

it("a run that is interrupted anywhere loses nothing that it wrote, leaves nothing half written and no file open", async () => {
  let round = 0
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 40 }), async (milliseconds) => {
      const output = join(folder, `masks-${round++}`)
      const before = openFiles()
      const reported: Array<string> = []
      const pipeline = load(join(folder, "cohort")).pipe(
        window(),
        slice(),
        labelSplit("wholeLiver"),
        restack("mask"),
        write(output, { as: "nifti" }),
        Stream.runForEach(({ path }) => Effect.sync(() => reported.push(path))),
        Effect.provide(layer)
      )
      await Effect.runPromise(
        Effect.gen(function* () {
          const fiber = yield* Effect.forkChild(pipeline)
          yield* Effect.sleep(milliseconds)
          yield* Fiber.interrupt(fiber)
        })
      )
      const there = existsSync(output) ? readdirSync(output) : []
      for (const path of reported) expect(there).toContain(path.split("/").at(-1))
      for (const name of there) {
        expect(name).toMatch(/^volume-\d\.nii\.gz$/)
        const mask = await readNiftiLabels({ name, bytes: new Uint8Array(readFileSync(join(output, name))) })
        expect(mask.shape).toEqual([32, 32, 8])
      }
      expect(openFiles()).toBe(before)
    }),
    { numRuns: 40 }
  )
}, 60_000)
