import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import { Files } from "../../src/stages/files.ts"
import { load } from "../../src/stages/load.ts"
import { iterate, run } from "../../src/stages/run.ts"
import { slice } from "../../src/stages/slice.ts"
import { window } from "../../src/stages/window.ts"
import { tinyCohort } from "../support/tinyCohort.ts"

const layer = Files.layerMemory(tinyCohort(3))
const pipeline = load("lits").pipe(window(), slice())

it("awaits a pipeline: a stream gives its elements, an effect its value", async () => {
  expect(await run(pipeline, { layer })).toHaveLength(12)
  expect(await run(Effect.succeed(7))).toBe(7)
})

it("iterates without Effect in sight, and closes everything when the loop is left", async () => {
  let closed = false
  const watched = pipeline.pipe(Stream.ensuring(Effect.sync(() => (closed = true))))
  const seen: Array<string> = []
  for await (const { caseId } of iterate(watched, { layer })) {
    seen.push(caseId)
    if (seen.length === 5) break
  }
  expect(seen).toEqual([...Array(4).fill("volume-0"), "volume-1"])
  expect(closed).toBe(true)
})

it("fails with the tagged error itself", async () => {
  await expect(run(load("nowhere"), { layer })).rejects.toMatchObject({ _tag: "FileError", path: "nowhere" })
  const failing = async () => {
    for await (const _ of iterate(load("nowhere"), { layer })) break
  }
  await expect(failing()).rejects.toMatchObject({ _tag: "FileError" })
})

it("stops when aborted", async () => {
  const reason = new Error("enough")
  const never = run(Effect.never, { signal: AbortSignal.timeout(10) })
  await expect(never).rejects.toThrow()
  await expect(run(pipeline, { layer, signal: AbortSignal.abort(reason) })).rejects.toThrow("enough")
})

it("tells of progress and notices where it is asked to", async () => {
  const progress: Array<number> = []
  const files = Files.layerMemory({ ...tinyCohort(3), "lits/volume-1.nii": new Uint8Array(9) })
  const notices: Array<string> = []
  await run(load("lits", { onFailure: "skip" }), {
    layer: files,
    onProgress: ({ done }) => progress.push(done),
    onNotice: ({ caseId }) => notices.push(caseId)
  })
  expect(progress.at(-1)).toBe(3)
  expect(notices).toEqual(["volume-1"])
})
