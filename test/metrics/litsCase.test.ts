import { expect, it } from "vitest"
import { assd, dice, litsCase, surfaceDistances } from "../../src/metrics/index.ts"

const SPACING = [0.8, 0.8, 2.5] as const

/** Labels drawn in text, one slice: "." background, "l" liver, "t" tumour. */
const labels = (rows: ReadonlyArray<string>) => ({
  voxels: Uint8Array.from(rows.join(""), (pixel) => ".lt".indexOf(pixel)),
  shape: [rows[0].length, rows.length, 1] as const,
  spacing: SPACING
})

const reference = labels(["........", ".lltlll.", ".lltlttl", ".lllllt.", "........"])
const prediction = labels(["........", ".lltlll.", ".lllllll", ".llllll.", ".t......"])

it("liver is every label from 1 on, lesions are label 2", () => {
  const { liver, lesions } = litsCase("a", reference, prediction)
  expect([liver.tp, liver.fp, liver.fn, liver.tn]).toEqual([19, 1, 0, 20])
  expect(lesions).toEqual({ tp: 1, fp: 1, fn: 4, tn: 34 })
})

it("lesions are told apart by faces, and found by overlap", () => {
  const { detection, detected } = litsCase("a", reference, prediction)
  expect(detection.any).toEqual({ references: 2, referencesFound: 1, predictions: 2, predictionsRight: 1, pairs: 1 })
  expect(detection.half.pairs).toBe(0)
  expect(detected).toEqual([])
})

it("distances are those of borders by the 18-neighbourhood, in millimetres of the reference", () => {
  const shapes = { reference: { ...reference, spacing: SPACING }, prediction }
  const expected = surfaceDistances(shapes.reference, shapes.prediction, { surface: 18 })
  expect(litsCase("a", reference, prediction).liver.assd).toBe(assd(expected))
})

it("a detected lesion is measured alone", () => {
  const half = labels(["........", ".lltlll.", ".lltllll", ".llllll.", "........"])
  const { detected } = litsCase("a", reference, half)
  expect(detected).toHaveLength(1)
  expect(detected[0]).toEqual({ tp: 2, fp: 0, fn: 0, tn: 38, assd: 0, rmsd: 0, mssd: 0 })
})

it("without a liver on either side there is no distance", () => {
  const empty = labels(["........", "........", "........", "........", "........"])
  expect(litsCase("a", reference, empty).liver.assd).toBeNaN()
  const nothing = litsCase("a", empty, empty)
  expect([nothing.liver.assd, nothing.liver.tn, dice(nothing.liver)]).toEqual([Number.NaN, 40, Number.NaN])
})
