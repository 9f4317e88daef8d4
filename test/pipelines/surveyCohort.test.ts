import * as Effect from "effect/Effect"
import { gzipSync } from "fflate"
import { expect, it } from "vitest"
import { phantomCase } from "../../src/phantom/phantom.ts"
import { factsOf, surveyCohort } from "../../src/pipelines/surveyCohort.ts"
import { Files } from "../../src/stages/files.ts"
import { type Notice, Notices } from "../../src/stages/notices.ts"
import { slicesOf } from "../../src/stages/slice.ts"
import { spyOn } from "../support/filesSpy.ts"
import { tinyCohort } from "../support/tinyCohort.ts"
import { runTiny, tinyFiles, tinyValue } from "../support/tinyProtocol.ts"

it("tells who has a tumour, how much and on which slice most", async () => {
  const { cases } = await tinyValue(surveyCohort("lits"), tinyFiles(3))
  expect(cases.map(({ id, hasTumor, slices }) => [id, hasTumor, slices])).toEqual([
    ["volume-0", true, 4],
    ["volume-1", false, 4],
    ["volume-2", true, 4]
  ])
  // Two columns of ten rows on the slices 2 and 3, of 0.8 x 0.8 x 2.5 mm.
  expect(cases[0].tumor).toMatchObject({ lesions: 1, slice: 2, onSlice: 20 })
  expect(cases[0].tumor.volume).toBeCloseTo(64, 4)
  expect(cases[0].tumor.largest).toBe(cases[0].tumor.volume)
  expect(cases[1].tumor).toMatchObject({ volume: 0, lesions: 0, onSlice: 0 })
})

it("the slice with most tumour is that of `slice()`", () => {
  const patient = phantomCase(1, 1, { shape: [48, 48, 16] })
  const marked = [...slicesOf(patient)].map(({ labels }) => labels?.filter((label) => label === 2).length ?? 0)
  const { tumor } = factsOf(patient)
  expect(tumor.onSlice).toBe(Math.max(...marked))
  expect(tumor.slice).toBe(marked.indexOf(tumor.onSlice))
})

it("the hash is of contents: not of paths, times or compression, but of every voxel", async () => {
  const files = tinyCohort(2)
  const hashOf = (of: Record<string, Uint8Array>, directory = "lits") =>
    Effect.runPromise(
      Effect.map(surveyCohort(directory), ({ hash }) => hash).pipe(
        Effect.provide(Files.layerMemory(of), { local: true })
      )
    )
  const hash = await hashOf(files)
  expect(await hashOf(tinyCohort(2, "elsewhere"), "elsewhere")).toBe(hash)
  const { "lits/volume-0.nii": bytes, ...others } = files
  expect(await hashOf({ ...others, "lits/volume-0.nii.gz": gzipSync(bytes) })).toBe(hash)
  const changed = bytes.slice()
  changed[changed.length - 1] ^= 1
  expect(await hashOf({ ...files, "lits/volume-0.nii": changed })).not.toBe(hash)
  expect(await hashOf(tinyCohort(3))).not.toBe(hash)
})

it("says that every case was left out, and why the first was", async () => {
  const { "lits/volume-0.nii": whole, ...others } = tinyCohort(1)
  const unlabelled = Files.layerMemory({ "lits/volume-0.nii": whole, "lits/volume-1.nii": whole })
  const broken = Files.layerMemory({ ...others, "lits/volume-0.nii": whole.subarray(0, 400) })
  const failureOf = async (files: typeof broken) => {
    const survey = Effect.flip(surveyCohort("lits", { directory: "cache", load: { onFailure: "skip" } }))
    const silent = Effect.provideService(survey, Notices, () => Effect.void)
    return (await Effect.runPromise(Effect.provide(silent, files, { local: true }))).message
  }
  expect(await failureOf(unlabelled)).toMatch(
    /^lits: none of its cases can be used \(left out: 2\); the first: .*has no labels/
  )
  expect(await failureOf(broken)).toMatch(
    /^lits: none of its cases can be used \(left out: 1\); the first: case volume-0: /
  )
})

it("names the cases that it leaves out, again where it is known from before", async () => {
  const { "lits/volume-0.nii": whole, ...others } = tinyCohort(2)
  const files = Files.layerMemory({ ...others, "lits/volume-0.nii": whole.subarray(0, 400) })
  const survey = surveyCohort("lits", { directory: "cache", load: { onFailure: "skip" } })
  const told: Array<Notice> = []
  const listening = Effect.provideService(survey, Notices, (notice) => Effect.sync(() => told.push(notice)))
  const both = await Effect.runPromise(Effect.provide(Effect.all([listening, listening]), files))
  expect(both[1]).toEqual(both[0])
  expect(both[0].cases.map(({ id }) => id)).toEqual(["volume-1"])
  const left = { id: "volume-0", reason: expect.stringContaining("case volume-0: ") }
  expect(both[0].leftOut).toEqual([left])
  expect(told).toMatchObject([
    { kind: "skipped", caseId: "volume-0" },
    { kind: "skipped", caseId: "volume-0", message: both[0].leftOut[0].reason }
  ])
})

it("with a directory, no case is read twice; a damaged note is told and made anew", async () => {
  const spy = spyOn(Files.layerMemory(tinyCohort(2)))
  const survey = Effect.provide(surveyCohort("lits", { directory: "cache" }), spy.layer, { local: true })
  const first = await Effect.runPromise(survey)
  spy.log.length = 0
  expect(await Effect.runPromise(survey)).toEqual(first)
  expect(spy.log.filter((line) => /(read|stream|open) lits/.test(line))).toEqual([])

  const [name] = await Effect.runPromise(spy.files.list("cache"))
  const bytes = await Effect.runPromise(spy.files.read(`cache/${name}`))
  await Effect.runPromise(spy.files.write(`cache/${name}`, bytes.subarray(0, 100), { overwrite: true }))
  const { value, notices } = await runTiny(surveyCohort("lits", { directory: "cache" }), spy.files)
  expect(value).toEqual(first)
  expect(notices).toMatchObject([{ kind: "warning", message: expect.stringContaining("is made anew") }])
})

it("says before a case is read that what it finds could not be kept", async () => {
  const spy = spyOn(Files.layerMemory(tinyCohort(2)))
  spy.fails = (line) => line.startsWith("write cache")
  const survey = Effect.provide(surveyCohort("lits", { directory: "cache" }), spy.layer)
  expect((await Effect.runPromise(Effect.flip(survey))).message).toMatch(/^cannot write into cache: /)
  expect(spy.log.filter((line) => line.startsWith("read") || line.startsWith("stream"))).toEqual([])
})
