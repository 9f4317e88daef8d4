import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { findCases } from "../../src/stages/caseFiles.ts"
import { Files } from "../../src/stages/files.ts"

const find = (paths: ReadonlyArray<string>) =>
  Effect.runPromise(
    Effect.provide(
      findCases("set"),
      Files.layerMemory(Object.fromEntries(paths.map((path) => [`set/${path}`, new Uint8Array(1)])))
    )
  )

it("the two batches of LiTS make one cohort in natural order", async () => {
  const { cases, layout } = await find([
    "media/nas/LITS/Training Batch 2/volume-100.nii",
    "media/nas/LITS/Training Batch 2/segmentation-100.nii",
    "media/nas/LITS/Training Batch 1/volume-9.nii.gz",
    "media/nas/LITS/Training Batch 1/segmentation-9.nii.gz"
  ])
  expect(layout).toBe("lits")
  expect(cases).toEqual([
    {
      id: "volume-9",
      image: "set/media/nas/LITS/Training Batch 1/volume-9.nii.gz",
      labels: "set/media/nas/LITS/Training Batch 1/segmentation-9.nii.gz"
    },
    {
      id: "volume-100",
      image: "set/media/nas/LITS/Training Batch 2/volume-100.nii",
      labels: "set/media/nas/LITS/Training Batch 2/segmentation-100.nii"
    }
  ])
})

it("a Decathlon folder is told by imagesTr; channel numbers and the twins that macOS leaves are passed over", async () => {
  const { cases, layout } = await find([
    "dataset.json",
    "imagesTr/liver_2_0000.nii.gz",
    "imagesTr/._liver_2.nii.gz",
    "labelsTr/liver_2.nii.gz",
    "labelsTr/._liver_2.nii.gz"
  ])
  expect(layout).toBe("decathlon")
  expect(cases).toEqual([
    { id: "liver_2", image: "set/imagesTr/liver_2_0000.nii.gz", labels: "set/labelsTr/liver_2.nii.gz" }
  ])
})

it("a case without labels is a case; labels without an image are not", async () => {
  const { cases, incomplete } = await find(["volume-1.nii", "segmentation-2.nii"])
  expect(cases).toEqual([{ id: "volume-1", image: "set/volume-1.nii" }])
  expect(incomplete).toEqual([
    { id: "volume-2", problem: expect.stringContaining("set/segmentation-2.nii has no image") }
  ])
})

it("two files of one name are no case, and both are named", async () => {
  const { cases, incomplete } = await find(["a/volume-1.nii", "b/volume-1.nii.gz", "a/segmentation-1.nii"])
  expect(cases).toEqual([])
  expect(incomplete[0].problem).toMatch(/a\/volume-1\.nii.*b\/volume-1\.nii\.gz|b\/volume-1\.nii\.gz.*a\/volume-1\.nii/)
})

it("a folder that is not there and one that holds no case are told apart", async () => {
  expect(await Effect.runPromise(Effect.flip(Effect.provide(findCases("none"), Files.layerMemory())))).toMatchObject({
    _tag: "FileError",
    problem: "missing"
  })
  await expect(find(["readme.txt"])).rejects.toMatchObject({ _tag: "LayoutError", source: "set" })
})
