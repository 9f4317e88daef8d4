import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { readNiftiLabels } from "../../src/formats/readNifti.ts"
import { dice, litsCase, litsScore } from "../../src/metrics/index.ts"
import { sharedTest } from "../support/shared.ts"

/** A row of labels: "." background, "l" liver, "t" tumour. */
const row = (text: string) => ({
  voxels: Uint8Array.from(text, (pixel) => ".lt".indexOf(pixel)),
  shape: [text.length, 1, 1] as const,
  spacing: [1, 1, 1] as const
})

const scored = (id: string, reference: string, prediction: string) => litsCase(id, row(reference), row(prediction))

const perfect = scored("perfect", "lltlltll", "lltlltll")
const halved = scored("halved", "lttlllll", "ltllllll")
const healthy = scored("healthy", "llllllll", "llllllll")
const imagined = scored("imagined", "llllllll", "lltlltll")
const missing = scored("missing", "llttllll", "........")

it("a perfect prediction scores 1 everywhere and is 0 mm off", () => {
  const score = litsScore([perfect])
  for (const value of [
    score.liver.dice,
    score.lesion.dicePerCase,
    score.lesion.diceGlobal,
    score.detectedLesions.iou
  ]) {
    expect(value.value).toBe(1)
  }
  expect([
    score.liver.voe.value,
    score.liver.rvd.value,
    score.liver.assd.value,
    score.detectedLesions.mssd.value
  ]).toEqual([0, 0, 0, 0])
  expect(score.detection.half).toMatchObject({ precision: 1, recall: 1, f1: 1, pairs: { precision: 1, recall: 1 } })
  expect(score.tumorBurden).toEqual({ rmse: 0, maxError: 0, count: 1, excluded: 0 })
})

it("Dice per case of lesions is 1 where there are none, 0 where some were imagined; another mean has only cases with lesions", () => {
  const { lesion } = litsScore([perfect, halved, healthy, imagined])
  expect(lesion.dicePerCase).toMatchObject({
    value: (1 + 2 / 3 + 1 + 0) / 4,
    aggregation: "perCase",
    empty: "lits",
    count: 4
  })
  expect(lesion.dicePerCaseWithLesion).toMatchObject({ value: (1 + 2 / 3) / 2, count: 2, excluded: 2 })
  // 2 + 1 in common; 4 + 3 + 2 marked.
  expect(lesion.diceGlobal).toMatchObject({ value: 6 / 9, aggregation: "pooled" })
})

it("lesions imagined in a healthy liver are false positives", () => {
  const { detection } = litsScore([imagined])
  expect(detection.any.counts).toEqual({
    references: 0,
    referencesFound: 0,
    predictions: 2,
    predictionsRight: 0,
    pairs: 0
  })
  expect(detection.any.precision).toBe(0)
  expect(detection.any.recall).toBeNaN()
})

it("at an IoU of exactly one half a lesion is found at any overlap only", () => {
  const { detection, detectedLesions } = litsScore([halved])
  expect([detection.half.recall, detection.any.recall]).toEqual([0, 1])
  expect(detectedLesions.assd).toMatchObject({ value: Number.NaN, count: 0 })
})

it("a missing liver leaves its distance out and is counted, or is 9001 mm on request", () => {
  const cases = [perfect, missing]
  expect(litsScore(cases).liver.assd).toMatchObject({ value: 0, count: 1, excluded: 1, empty: "exclude" })
  expect(litsScore(cases, { distances: "penalty9001" }).liver.assd).toMatchObject({
    value: 4500.5,
    count: 2,
    excluded: 0
  })
  expect(litsScore(cases).liver.dice).toMatchObject({ value: 0.5, count: 2 })
})

it("the volume difference is negative for a prediction that is too small", () => {
  expect(litsScore([scored("small", "llllllll", "llll....")]).liver.rvd.value).toBe(-0.5)
})

it("the largest error of the tumour burden is absolute", () => {
  // Of eight voxels, 1 for 2 and 0 for 2: both errors are negative.
  const overlooked = scored("overlooked", "llttllll", "llllllll")
  const { tumorBurden } = litsScore([halved, overlooked, missing])
  expect(tumorBurden).toMatchObject({ maxError: 2 / 8, count: 2, excluded: 1 })
  expect(tumorBurden.rmse).toBeCloseTo(Math.sqrt(((1 / 8) ** 2 + (2 / 8) ** 2) / 2), 12)
})

it("a case given twice is refused", () => {
  expect(() => litsScore([perfect, perfect])).toThrow("perfect: it was measured twice")
})

sharedTest(
  "data/metrics",
  "the lesions that the public scorer loses at an IoU of one half are found",
  async (folder) => {
    const read = (which: string) => {
      const path = `${folder}/30_lesions_false_positive_first_${which}.nii.gz`
      return readNiftiLabels({ name: path, bytes: readFileSync(path) })
    }
    const measured = litsCase("30", await read("ref"), await read("pred"))
    expect(litsScore([measured]).detection.half).toMatchObject({
      counts: { references: 3, referencesFound: 3, predictions: 4, predictionsRight: 3, pairs: 3 },
      precision: 3 / 4,
      recall: 1
    })
    // The scorer reports the one that is identical; the two others are cut to 2/3 and 5/6 of their voxels.
    expect(measured.detected.map(dice).sort()).toBeAllclose([0.8, 10 / 11, 1])
  }
)
