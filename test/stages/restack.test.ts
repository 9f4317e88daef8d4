import { expect, it } from "vitest"
import { phantomCase } from "../../src/phantom/phantom.ts"
import { restackCase } from "../../src/stages/restack.ts"
import { slicesOf } from "../../src/stages/slice.ts"

const patient = phantomCase(1, 0, { shape: [24, 20, 6] })
const slices = [...slicesOf(patient)]

it("puts labels back on the CT's own grid, in whatever order the slices come", () => {
  const volume = restackCase([...slices].reverse(), "labels")
  expect(volume.voxels).toEqual(patient.labels?.voxels)
  expect(volume.affine).toEqual(patient.image.affine)
})

it("leaves zeros where slices were left out", () => {
  const volume = restackCase(slices.slice(0, 1), "pixels")
  expect(volume.voxels.filter((value) => value !== 0).length).toBeLessThanOrEqual(24 * 20)
})

it("brings a mask back from another size by nearest neighbour: no new values", () => {
  const volume = restackCase([...slicesOf(patient, { size: [10, 12] })], "labels")
  expect(volume.shape).toEqual(patient.image.shape)
  expect([...new Set(volume.voxels)].every((label) => label <= 2)).toBe(true)
})

it("refuses slices of two cases, a layer that is not there, and no slices", () => {
  const other = { ...slices[1], caseId: "other" }
  expect(() => restackCase([slices[0], other], "labels")).toThrow(/volume-0.*other/s)
  expect(() => restackCase(slices as never, "mask")).toThrow(/carry no mask/)
  expect(() => restackCase([], "labels")).toThrow(/no slice/)
})
