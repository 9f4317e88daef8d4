import { expect, it } from "vitest"
import { PHANTOM_VERSION, PhantomError, type PhantomOptions, phantomCase } from "../../src/phantom/index.ts"
import { LABEL } from "../../src/volume/index.ts"

const small: PhantomOptions = { shape: [64, 64, 16] }

it("the same seed and index give the same case", () => {
  expect(phantomCase(7, 3, small)).toEqual(phantomCase(7, 3, small))
})

it("another index or seed gives another patient", () => {
  const { image, patient } = phantomCase(7, 3, small)
  for (const other of [phantomCase(7, 4, small), phantomCase(8, 3, small)]) {
    expect(other.patient).not.toEqual(patient)
    expect(other.image.voxels).not.toEqual(image.voxels)
  }
})

it("the same patient is scanned whatever the matrix", () => {
  const coarse = phantomCase(7, 3, { shape: [16, 16, 4] })
  const fine = phantomCase(7, 3, small)
  expect(coarse.patient).toEqual(fine.patient)
  expect(coarse.tumors).toEqual(fine.tumors)
  expect(coarse.image.shape).toEqual([16, 16, 4])
})

it("a seed gives the voxels that it gave in this version of the phantom", () => {
  const { image, labels } = phantomCase(1, 0, small)
  const count = (label: number) => labels.voxels.filter((found) => found === label).length
  expect(PHANTOM_VERSION).toBe(1)
  expect([count(LABEL.liver), count(LABEL.tumor)]).toEqual([4267, 30])
  let sum = 0
  for (const hu of image.voxels) sum += hu
  expect(sum / image.voxels.length).toBeCloseTo(-959.1372, 1)
})

it("the liver has the attenuation that the patient's contrast says", () => {
  for (const index of [0, 1, 2]) {
    const { image, labels, patient } = phantomCase(2, index, { shape: [96, 96, 24] })
    const liver = image.voxels.filter((_: number, i: number) => labels.voxels[i] === LABEL.liver).sort()
    expect(Math.abs(liver[liver.length >> 1] - patient.contrast.liver)).toBeLessThan(6)
  }
})

it("what is labelled tumour has the volume that was drawn", () => {
  const whole = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    .map((index) => phantomCase(4, index, { shape: [8, 8, 2] }))
    .filter(({ tumors }) => tumors.length > 0 && tumors.every(({ atEdge }) => !atEdge))
    .slice(0, 2)
  expect(whole).toHaveLength(2)
  for (const { index, tumors } of whole) {
    const { labels } = phantomCase(4, index, { shape: [112, 112, 56] })
    const voxel = labels.spacing.reduce((product, mm) => product * mm)
    const found = labels.voxels.reduce((count, label) => count + (label === LABEL.tumor ? voxel : 0), 0)
    const drawn = tumors.reduce((sum, { diameter }) => sum + (Math.PI / 6) * diameter ** 3, 0)
    expect(found / drawn).toBeGreaterThan(0.75)
    expect(found / drawn).toBeLessThan(1.3)
  }
})

it("a case that cannot be made is refused with the reason", () => {
  const refused = (make: () => unknown) => expect(make).toThrow(PhantomError)
  refused(() => phantomCase(1.5, 0))
  refused(() => phantomCase(1, -1))
  refused(() => phantomCase(1, 0, { shape: [64, 0, 16] }))
  expect(() => phantomCase(1, 0, { shape: [64, 0, 16] })).toThrow(
    "phantom: shape[1] should be an integer of at least 1, not 0"
  )
})
