import { expect, it } from "vitest"
import { readNifti, readNiftiLabels } from "../../src/formats/index.ts"
import { phantomCohort, phantomFiles } from "../../src/phantom/index.ts"

const options = { cases: 2, seed: 3, shape: [40, 32, 8] } as const
const files = [...phantomFiles(options)]

it("files have the names of LiTS, image before labels", () => {
  expect(files.map(({ path }) => path)).toEqual([
    "volume-0.nii.gz",
    "segmentation-0.nii.gz",
    "volume-1.nii.gz",
    "segmentation-1.nii.gz"
  ])
})

it("read back, they are the case: HU as int16, labels, and the place in the patient", async () => {
  const [, made] = phantomCohort(options)
  const image = await readNifti({ name: files[2].path, bytes: files[2].bytes })
  const labels = await readNiftiLabels({ name: files[3].path, bytes: files[3].bytes })
  expect(image.voxels).toEqual(made.image.voxels)
  expect(labels.voxels).toEqual(made.labels.voxels)
  for (const { shape, spacing, affine } of [image, labels]) {
    expect(shape).toEqual(options.shape)
    expect(spacing).toBeAllclose(made.scan.grid.spacing)
    expect(affine.flat()).toBeAllclose(made.scan.grid.affine.flat())
  }
})

it("the same options give the same bytes", () => {
  expect([...phantomFiles(options)]).toEqual(files)
})
