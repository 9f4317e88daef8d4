import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as fc from "fast-check"
import { afterAll, expect, it } from "vitest"
import { layerFiles } from "../../../src/node/files.ts"
import { cache, order, samples, shuffled } from "../../../src/stages/cache/index.ts"
import { Files } from "../../../src/stages/files.ts"
import { labelSplit } from "../../../src/stages/labelSplit.ts"
import { load } from "../../../src/stages/load.ts"
import { slice } from "../../../src/stages/slice.ts"
import { window } from "../../../src/stages/window.ts"
import { spyOn } from "../../support/filesSpy.ts"
import { someSample } from "../../support/sample.ts"
import { tinyCohort } from "../../support/tinyCohort.ts"

const root = mkdtempSync(join(tmpdir(), "hepaflow-cache-"))
afterAll(() => rmSync(root, { recursive: true }))

const pipeline = load("lits").pipe(window(), slice({ size: [5, 6] }), labelSplit("tumor"))
const truth = Effect.runPromise(Effect.provide(Stream.runCollect(pipeline), Files.layerMemory(tinyCohort(3))))

it("whatever operation fails, the next run has every sample", async () => {
  const expected = await truth
  await fc.assert(
    fc.asyncProperty(fc.nat(60), fc.constantFrom(0, 800, 2 ** 30), async (failing, memory) => {
      const spy = spyOn(Files.layerMemory(tinyCohort(3)))
      spy.fails = () => spy.log.length === failing
      const cached = Effect.flatMap(pipeline.pipe(cache({ directory: "cache", memory })), (dataset) =>
        Stream.runCollect(samples(dataset))
      ).pipe(Effect.provide(spy.layer))
      const first = await Effect.runPromise(Effect.result(cached))
      if (first._tag === "Success") expect(first.success).toEqual(expected)
      spy.fails = () => false
      expect(await Effect.runPromise(cached)).toEqual(expected)
    }),
    { numRuns: 60 }
  )
})

const openHere = () =>
  readdirSync("/proc/self/fd").filter((fd) => {
    const path = join("/proc/self/fd", fd)
    return existsSync(path) && readlinkSync(path).startsWith(root)
  })

it.skipIf(!existsSync("/proc/self/fd"))(
  "a run interrupted at any moment leaves no file open and nothing in the way",
  async () => {
    const stream = Array.from({ length: 30 }, (_, index) => someSample({ index }))
    await fc.assert(
      fc.asyncProperty(fc.nat(1_000_000), fc.integer({ min: 0, max: 40 }), async (key, turns) => {
        const epochs = Effect.gen(function* () {
          const cached = Stream.fromIterable(stream).pipe(cache({ directory: root, key: `${key}`, memory: 0 }))
          const dataset = yield* cached
          return yield* Stream.runCollect(shuffled(dataset, { seed: 1, epoch: 0 }))
        }).pipe(Effect.provide(layerFiles))
        const fiber = Effect.runFork(epochs)
        for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
        await Effect.runPromise(Fiber.interrupt(fiber))
        expect(openHere()).toEqual([])
        const info = stream.map((sample) => ({ ...sample, marked: 0 }))
        expect(await Effect.runPromise(epochs)).toEqual(
          [...order({ info }, { seed: 1, epoch: 0 })].map((place) => stream[place])
        )
        expect(openHere()).toEqual([])
      }),
      { numRuns: 40 }
    )
    const left = readdirSync(root, { recursive: true }).filter((name) => String(name).endsWith(".tmp"))
    expect(left).toEqual([])
  }
)
