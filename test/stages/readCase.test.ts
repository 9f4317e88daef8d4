import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { writeNifti } from "../../src/formats/writeNifti.ts"
import { Files } from "../../src/stages/files.ts"
import { type Notice, Notices } from "../../src/stages/notices.ts"
import { readCase } from "../../src/stages/readCase.ts"
import { type Affine, makeGrid, makeImage, makeLabels, scaling } from "../../src/volume/index.ts"

const noticesOf = async (affine: Affine, labelsAffine: Affine, id = "p") => {
  const files = {
    "ct.nii": writeNifti(
      makeImage(
        makeGrid([2, 2, 2], affine),
        Int16Array.from({ length: 8 }, (_, i) => i)
      )
    ),
    "labels.nii": writeNifti(makeLabels(makeGrid([2, 2, 2], labelsAffine), Uint8Array.of(0, 1, 2, 0, 0, 1, 2, 0)))
  }
  const notices: Array<Notice> = []
  const patient = await Effect.runPromise(
    readCase({ id, image: "ct.nii", labels: "labels.nii" }).pipe(
      Effect.provideService(Notices, (notice) => Effect.sync(() => notices.push(notice))),
      Effect.provide(Files.layerMemory(files))
    )
  )
  return { patient, notices }
}

it("labels lie where their image lies, whatever their own header says, and that is said", async () => {
  const { notices, patient } = await noticesOf(scaling([-0.75, 0.75, 2]), scaling([1, 1, 1]))
  expect(patient.labels?.affine).toEqual(patient.image.affine)
  expect(patient.labels?.spacing).toEqual([0.75, 0.75, 2])
  expect([...(patient.labels?.voxels ?? [])]).toEqual([0, 1, 2, 0, 0, 1, 2, 0])
  expect(notices).toMatchObject([{ kind: "warning", caseId: "p", message: expect.stringContaining("labels.nii") }])
})

it("geometry that agrees is worth no notice", async () => {
  const { notices, patient } = await noticesOf(scaling([0.75, 0.75, 2]), scaling([0.75, 0.75, 2]))
  expect(notices).toEqual([])
  expect(patient.spacingTrusted).toBe(true)
})

it("1 mm voxels are not trusted in LiTS 28 to 47, nor anywhere with an identity affine", async () => {
  const placed = scaling([1, 1, 1], [-100, -80, 30])
  const trusted = async (id: string, affine: Affine) => (await noticesOf(affine, affine, id)).patient.spacingTrusted
  expect(await trusted("volume-28", placed)).toBe(false)
  expect(await trusted("volume-47", placed)).toBe(false)
  expect(await trusted("volume-48", placed)).toBe(true)
  expect(await trusted("volume-28", scaling([0.7, 0.7, 1]))).toBe(true)
  expect(await trusted("volume-3", scaling([1, 1, 1]))).toBe(false)
})

it("a header and its voxels in two files are read by the name of either", async () => {
  const whole = writeNifti(makeImage(makeGrid([2, 2, 1], scaling([1, 1, 3])), Int16Array.of(5, 6, 7, 8)), {
    compress: false
  })
  const header = whole.slice(0, 348)
  header.set([0x6e, 0x69, 0x31, 0], 344) // the magic of a pair: "ni1"
  new DataView(header.buffer).setFloat32(108, 0, true) // vox_offset
  const layer = Files.layerMemory({ "ct.hdr": header, "ct.img": whole.slice(352) })
  for (const image of ["ct.hdr", "ct.img"]) {
    const patient = await Effect.runPromise(Effect.provide(readCase({ id: "p", image }), layer))
    expect([...patient.image.voxels]).toEqual([5, 6, 7, 8])
  }
})

it("a failure names the case, the file and the reason, once", async () => {
  const files = Files.layerMemory({ "ct.nii": new Uint8Array(500) })
  const fault = (image: string) => Effect.runPromise(Effect.flip(Effect.provide(readCase({ id: "p7", image }), files)))
  const damaged = await fault("ct.nii")
  expect(damaged).toMatchObject({ _tag: "LoadError", caseId: "p7", path: "ct.nii", cause: { _tag: "NiftiError" } })
  expect(damaged.message.match(/ct\.nii/g)).toHaveLength(1)
  expect(await fault("none.nii")).toMatchObject({ cause: { _tag: "FileError", problem: "missing" } })
})
