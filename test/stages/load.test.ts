import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { describe, expect, it } from "vitest"
import { writeNifti } from "../../src/formats/writeNifti.ts"
import { Files } from "../../src/stages/files.ts"
import { type LoadOptions, load } from "../../src/stages/load.ts"
import { type Notice, Notices } from "../../src/stages/notices.ts"
import type { LabelVolume } from "../../src/volume/index.ts"
import { spyOn } from "../support/filesSpy.ts"
import { tinyCohort } from "../support/tinyCohort.ts"

const ids = (files: Record<string, Uint8Array>, source: Parameters<typeof load>[0], options: LoadOptions = {}) => {
  const notices: Array<Notice> = []
  const program = load(source, options).pipe(
    Stream.map(({ id }) => id),
    Stream.runCollect,
    Effect.provideService(Notices, (notice) => Effect.sync(() => notices.push(notice))),
    Effect.provide(Files.layerMemory(files))
  )
  return Effect.runPromise(Effect.map(program, (found) => ({ found, notices })))
}

const labelsOf = (shape: readonly [number, number, number], value: number): Uint8Array => {
  const voxels = new Uint8Array(shape[0] * shape[1] * shape[2]).fill(value)
  const affine: LabelVolume["affine"] = [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 2, 0],
    [0, 0, 0, 1]
  ]
  return writeNifti({ kind: "labels", shape, spacing: [1, 1, 2], affine, voxels })
}

/** The same files under other names. */
const renamed = (files: Record<string, Uint8Array>, rename: (path: string) => string) =>
  Object.fromEntries(Object.entries(files).map(([path, bytes]) => [rename(path), bytes]))

describe("finds cases", () => {
  it("in LiTS layout, in natural order", async () => {
    const { found } = await ids(tinyCohort(12), "lits")
    expect(found).toEqual(Array.from({ length: 12 }, (_, n) => `volume-${n}`))
  })
  it("in Decathlon layout", async () => {
    const files = renamed(tinyCohort(2), (path) =>
      path.replace("lits/volume-", "msd/imagesTr/liver_").replace("lits/segmentation-", "msd/labelsTr/liver_")
    )
    expect((await ids(files, "msd")).found).toEqual(["liver_0", "liver_1"])
  })
  it("as pairs", async () => {
    const pairs = [{ id: "p", image: "lits/volume-1.nii", labels: "lits/segmentation-1.nii" }]
    expect((await ids(tinyCohort(2), pairs)).found).toEqual(["p"])
  })
  it("chosen by number, by name, and at most so many", async () => {
    expect((await ids(tinyCohort(4), "lits", { cases: [3, "volume-1"] })).found).toEqual(["volume-1", "volume-3"])
    expect((await ids(tinyCohort(4), "lits", { limit: 2 })).found).toEqual(["volume-0", "volume-1"])
  })
})

it("reads one case at a time, when it is asked for", async () => {
  const spy = spyOn(Files.layerMemory(tinyCohort(5)))
  await Effect.runPromise(load("lits").pipe(Stream.take(2), Stream.runDrain, Effect.provide(spy.layer)))
  const opened = spy.log.filter((line) => line.startsWith("stream"))
  expect(opened.filter((line) => line.includes("volume-"))).toEqual([
    "stream lits/volume-0.nii",
    "stream lits/volume-1.nii"
  ])
})

it("flags the cases of LiTS whose 1 mm voxels are not true", async () => {
  const files = {
    "lits/volume-30.nii": writeNifti({
      kind: "image",
      shape: [2, 2, 2],
      spacing: [1, 1, 1],
      affine: [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 1]
      ],
      voxels: new Int16Array(8)
    })
  }
  const [patient] = await Effect.runPromise(
    Stream.runCollect(load("lits", { labels: "ignored" })).pipe(
      Effect.provideService(Notices, () => Effect.void),
      Effect.provide(Files.layerMemory(files))
    )
  )
  expect(patient.spacingTrusted).toBe(false)
})

describe("says what is wrong", () => {
  const fault = (files: Record<string, Uint8Array>, options?: LoadOptions) =>
    ids(files, "lits", options).then(
      () => "nothing",
      (error: Error) => error.message
    )
  it("where a label map has another shape, naming the case and both shapes", async () => {
    const files = { ...tinyCohort(2), "lits/segmentation-1.nii": labelsOf([3, 3, 3], 1) }
    expect(await fault(files)).toMatch(/volume-1.*segmentation-1\.nii.*12, 10, 4.*3, 3, 3/s)
  })
  it("where a label is out of range", async () => {
    const files = { ...tinyCohort(2), "lits/segmentation-1.nii": labelsOf([12, 10, 4], 7) }
    expect(await fault(files)).toMatch(/volume-1.*segmentation-1\.nii.*7/s)
  })
  it("where a file is damaged", async () => {
    const files = { ...tinyCohort(1), "lits/volume-0.nii": new Uint8Array(400) }
    expect(await fault(files)).toMatch(/volume-0.*lits\/volume-0\.nii/s)
  })
  it("where labels are missing, before anything is read", async () => {
    const { "lits/segmentation-1.nii": _, ...files } = tinyCohort(2)
    expect(await fault(files)).toMatch(/volume-1\.nii has no labels; .*labels: "optional"/)
    expect(await fault(files, { labels: "optional" })).toBe("nothing")
  })
  it("where two pairs have one id", async () => {
    const pair = { id: "p", image: "lits/volume-0.nii" }
    await expect(ids(tinyCohort(2), [pair, { ...pair, image: "lits/volume-1.nii" }])).rejects.toThrow(
      "lits/volume-0.nii and lits/volume-1.nii both claim to be p"
    )
  })
  it("where there is no case, or not the one asked for", async () => {
    expect(await fault({ "lits/readme.txt": new Uint8Array(1) })).toMatch(/lits: holds no case; expected volume-N/)
    expect(await fault(tinyCohort(2), { cases: [7] })).toMatch(/there is no case 7; there are volume-0, volume-1/)
  })
})

it("leaves a bad case out and reports it, where asked to", async () => {
  const files = { ...tinyCohort(3), "lits/volume-1.nii": new Uint8Array(10) }
  const { found, notices } = await ids(files, "lits", { onFailure: "skip" })
  expect(found).toEqual(["volume-0", "volume-2"])
  expect(notices).toMatchObject([{ kind: "skipped", stage: "load", caseId: "volume-1" }])
})
