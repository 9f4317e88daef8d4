// One patient, whose CT is one slice, so that arrays of its voxels are arrays of pixels as well.
import { writeNifti } from "../../../src/formats/writeNifti.ts"
import type { Case } from "../../../src/volume/case.ts"
import { makeImage, makeLabels } from "../../../src/volume/create.ts"
import type { LabelVolume } from "../../../src/volume/volume.ts"
import { someSample } from "../../support/sample.ts"

export const height = 256
export const width = 256
export const sample = someSample({ height, width })
export const { pixels } = sample

/** What is so, what was found, and either of them: 1 inside. */
export const truth = sample.mask
export const prediction = truth.map((_, i) => truth[i + 20] ?? 0)
export const marked = prediction
export const probabilities = pixels.map((value, i) => (value + prediction[i]) / 2)

/** 0 background, 1 liver, 2 tumour. */
export const labels = truth.map((inside, i) => (inside === 1 && i % width > width / 2 ? 2 : inside))

const grid = { ...sample.origin.grid, shape: [width, height, 1] } as const
export const ct = makeImage(
  grid,
  Int16Array.from(pixels, (value) => 200 * value - 100)
)
export const mask = makeLabels(grid, marked)
export const patient: Case & { readonly labels: LabelVolume } = {
  id: sample.caseId,
  image: ct,
  labels: makeLabels(grid, labels),
  spacingTrusted: true
}

/** Of the file of the CT. */
export const bytes = writeNifti(ct, { compress: false })
