import { LABEL, type LabelVolume, type Vec3 } from "../volume/volume.ts"
import { assd, rmsd } from "./averageDistance.ts"
import { type Box, boundingBox, unionBox } from "./box.ts"
import { type Components, components } from "./components.ts"
import { type Confusion, confusion } from "./confusion.ts"
import { crop } from "./crop.ts"
import { hausdorff } from "./hausdorff.ts"
import { type Detection, detection, type LesionMatch, matchLesions } from "./lesions.ts"
import { type Mask, type Prediction, requireSameShape } from "./mask.ts"
import { surfaceDistances } from "./surfaceDistances.ts"

/** Labels on a grid: 0 background, 1 liver, 2 tumour. */
export type LitsLabels = Pick<LabelVolume, "voxels" | "shape" | "spacing">

/** What LiTS measures of one object: its voxels, and how far its surfaces lie apart (mm; NaN where either is empty). */
export interface LitsObject extends Confusion {
  readonly assd: number
  readonly rmsd: number
  /** Maximum symmetric surface distance: Hausdorff. */
  readonly mssd: number
}

/** Everything that the LiTS score needs of one case. A cohort is a list of them, in any order. */
export interface LitsCase {
  readonly caseId: string
  /** Whatever is labelled, 1 or 2. */
  readonly liver: LitsObject
  /** Label 2, all lesions of the case together. */
  readonly lesions: Confusion
  /** Lesions found at an IoU above 0.5, merged as `matchLesions` says. */
  readonly detected: ReadonlyArray<LitsObject>
  /** Lesions found at an IoU above 0.5, and at any overlap. */
  readonly detection: { readonly half: Detection; readonly any: Detection }
}

const DETECTED = 0.5

/**
 * Measures one case as the LiTS challenge does: liver is every label from 1 on, lesions are the 6-connected components of
 * label 2, surfaces are borders by the 18-neighbourhood, millimetres are those of the reference.
 *
 * Source: PatrickChrist/lits-challenge-scoring; Bilic et al., Med Image Anal 2023;84:102680.
 *
 * @throws ShapeError for volumes of two shapes
 * @throws MetricsError for a spacing that is not positive
 * @example
 * ```ts
 * const labels = { voxels: Uint8Array.of(1, 2, 1, 0), shape: [4, 1, 1], spacing: [1, 1, 1] } as const
 * litsCase("liver_0", labels, labels).lesions // => { tp: 1, fp: 0, fn: 0, tn: 3 }
 * ```
 */
export const litsCase = (caseId: string, reference: LitsLabels, prediction: Omit<LitsLabels, "spacing">): LitsCase => {
  requireSameShape(reference, prediction)
  const box = unionBox(boundingBox(reference), boundingBox(prediction)) ?? { lower: [0, 0, 0], shape: [0, 0, 0] }
  const cropped = (labels: Prediction): Mask => ({
    voxels: crop(labels, box),
    shape: box.shape,
    spacing: reference.spacing
  })
  const [livers, predictedLivers] = [cropped(reference), cropped(prediction)]
  const [tumors, predictedTumors] = [tumorsOf(livers), tumorsOf(predictedLivers)]
  const outside = reference.voxels.length - livers.voxels.length
  const [lesions, predictedLesions] = [components(tumors, 6), components(predictedTumors, 6)]
  const matching = matchLesions(lesions, predictedLesions)
  return {
    caseId,
    liver: measured(livers, predictedLivers, outside),
    lesions: withOutside(confusion(tumors, predictedTumors), outside),
    detected: matching.matches
      .filter(({ confusion: { tp, fp, fn } }) => tp / (tp + fp + fn) > DETECTED)
      .map((match) => measuredMatch(match, lesions, predictedLesions, reference)),
    detection: { half: detection(matching, { overlap: DETECTED }), any: detection(matching, { overlap: 0 }) }
  }
}

const tumorsOf = (labels: Mask): Mask => ({
  ...labels,
  voxels: labels.voxels.map((label) => (label === LABEL.tumor ? 1 : 0))
})

const measured = (reference: Mask, prediction: Mask, outside: number): LitsObject => {
  const distances = surfaceDistances(reference, prediction, { surface: 18 })
  return {
    ...withOutside(confusion(reference, prediction), outside),
    assd: assd(distances),
    rmsd: rmsd(distances),
    mssd: hausdorff(distances)
  }
}

const withOutside = (counts: Confusion, outside: number): Confusion => ({ ...counts, tn: counts.tn + outside })

const measuredMatch = (
  { references, predictions }: LesionMatch,
  lesions: Components,
  predictedLesions: Components,
  { spacing, voxels }: LitsLabels
): LitsObject => {
  const boxes = [...references.map((id) => lesions.boxes[id]), ...predictions.map((id) => predictedLesions.boxes[id])]
  const box = boxes.reduce<Box>((whole, part) => unionBox(whole, part)!, boxes[0])
  const mask = (of: Components, ids: ReadonlyArray<number>): Mask => ({
    voxels: drawn(of, ids, box),
    shape: box.shape,
    spacing
  })
  const [reference, prediction] = [mask(lesions, references), mask(predictedLesions, predictions)]
  return measured(reference, prediction, voxels.length - reference.voxels.length)
}

/** Some components as a mask of a box that holds them. */
const drawn = (of: Components, ids: ReadonlyArray<number>, { lower, shape }: Box): Uint8Array => {
  const [nx, ny]: Vec3 = of.shape
  const wanted = new Set(ids)
  const mask = new Uint8Array(shape[0] * shape[1] * shape[2])
  for (let run = 0; run < of.starts.length; run++) {
    if (!wanted.has(of.ids[run])) continue
    const x = of.starts[run] % nx
    const row = (of.starts[run] - x) / nx
    const y = row % ny
    const z = (row - y) / ny
    const start = x - lower[0] + shape[0] * (y - lower[1] + shape[1] * (z - lower[2]))
    mask.fill(1, start, start + of.lengths[run])
  }
  return mask
}
