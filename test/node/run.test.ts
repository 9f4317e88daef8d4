import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import { iterate, run } from "hepaflow/node"
import { Compression, Decompression, labelSplit, load, slice, window } from "hepaflow/stages"
import { afterAll, expect, it } from "vitest"
import { tinyCohort } from "../support/tinyCohort.ts"

const root = mkdtempSync(join(tmpdir(), "hepaflow-node-run-"))
afterAll(() => rmSync(root, { recursive: true, force: true }))
for (const [path, bytes] of Object.entries(tinyCohort(3))) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), bytes)
}
const folder = join(root, "lits")

it("a pipeline over a folder runs with nothing but its stages", async () => {
  const samples = await run(load(folder).pipe(window(), slice({ size: [8, 8] }), labelSplit("tumor")))
  expect(samples).toHaveLength(3 * 4)
  expect(samples.map(({ caseId }) => caseId)[11]).toBe("volume-2")
})

it("a loop over a pipeline may be left", async () => {
  const seen: Array<number> = []
  for await (const { origin } of iterate(load(folder).pipe(slice()))) {
    if (seen.push(origin.index) === 3) break
  }
  expect(seen).toEqual([0, 1, 2])
})

it("a loop that is aborted throws the reason", async () => {
  const controller = new AbortController()
  const loop = async () => {
    for await (const _ of iterate(load(folder).pipe(slice()), { signal: controller.signal })) {
      controller.abort(new Error("enough"))
    }
  }
  await expect(loop()).rejects.toThrow("enough")
})

it.each([
  ["inflated", Decompression] as const,
  ["compressed", Compression] as const
])("files are %s by zlib, not by the code for browsers", async (_, reference) => {
  const [here, anywhere] = [
    await run(reference as Effect.Effect<unknown>),
    await Effect.runPromise(reference as Effect.Effect<unknown>)
  ]
  expect(here).not.toBe(anywhere)
})

it("an error is the tagged error itself, without a wrapping", async () => {
  await expect(run(load(join(root, "nowhere")))).rejects.toMatchObject({ _tag: "FileError", problem: "missing" })
})

it("nothing listens to signals once a pipeline has ended, failed or was left", async () => {
  const listeners = () => ["SIGINT", "SIGTERM"].map((name) => process.listenerCount(name))
  const before = listeners()
  await run(load(folder))
  await expect(run(load(join(root, "nowhere")))).rejects.toThrow()
  for await (const _ of iterate(load(folder))) {
    expect(listeners()).not.toEqual(before)
    break
  }
  iterate(load(folder))
  expect(listeners()).toEqual(before)
})
