import { assd } from "../metrics/averageDistance.ts"
import { components } from "../metrics/components.ts"
import { type Confusion, confusion } from "../metrics/confusion.ts"
import { hausdorff, hd95Pooled } from "../metrics/hausdorff.ts"
import { type Detection, detection, matchLesions } from "../metrics/lesions.ts"
import { type LitsCase, type LitsObject, litsCase } from "../metrics/litsCase.ts"
import { maskOf } from "../metrics/mask.ts"
import { surfaceDistances } from "../metrics/surfaceDistances.ts"
import type { Case } from "../volume/case.ts"
import { TARGETS, type Target } from "../volume/sample.ts"
import type { LabelVolume } from "../volume/volume.ts"
import { checkChoice } from "./checkChoice.ts"
import { checkShape, onGridOf } from "./onGridOf.ts"
import { gather, planeView } from "./planeView.ts"
import { UnlabelledError } from "./unlabelledError.ts"

/** The truth about a case: all of it but the CT. */
export type Truth = Pick<Case, "id" | "labels" | "spacingTrusted">

export interface ScoreOptions {
  /** What the predictions mark, and so what of the truth they are compared with. */
  readonly target: Target
  /**
   * Whether predictions are masks, where whatever is not 0 is marked, or label maps, of which the target is taken as of
   * the truth. Default `"mask"`.
   */
  readonly predicted?: "mask" | "labels"
}

/** Everything that tables need of one case. A cohort is a list of them in any order, and lists merge by concatenation. */
export interface CaseScore {
  readonly caseId: string
  readonly target: Target
  readonly voxels: Confusion
  /** Surfaces, in mm; NaN where either mask is empty. Not there where millimetres mean nothing (`spacingTrusted: false`). */
  readonly distances?: { readonly assd: number; readonly hd95: number; readonly hausdorff: number }
  /** Every axial slice of the volume. */
  readonly slices: ReadonlyArray<{ readonly slice: number; readonly voxels: Confusion }>
  /** The lesions of the truth, those that one prediction spans merged; a lesion that was missed has no `tp`. */
  readonly lesions: ReadonlyArray<{ readonly lesion: number; readonly voxels: Confusion }>
  /** Lesions found at an IoU above 0.5, and at any overlap. */
  readonly detection: { readonly half: Detection; readonly any: Detection }
}

/**
 * Scores one prediction against its case: counts of voxels, of each axial slice and each lesion (6-connected, matched as
 * LiTS does), and distances between surfaces (borders by 18 neighbours, as LiTS) in the millimetres of the case. A
 * prediction in another voxel order is put in that of the case; where the geometry means nothing (`spacingTrusted: false`)
 * voxels correspond by index.
 *
 * @throws UnlabelledError for a case without labels, ShapeError for volumes of two shapes, GeometryError for volumes of two
 * places, StageOptionError for an option that is none
 *
 * @example
 * ```ts
 * const patient = phantomCase(1, 0, { shape: [32, 32, 8] })
 * scoreCase(patient, patient.labels, { target: "tumor", predicted: "labels" }).voxels.fp // => 0
 * ```
 */
export const scoreCase = (truth: Truth, prediction: LabelVolume, options: ScoreOptions): CaseScore => {
  checkScoreOptions("scoreCase", options)
  const { predicted = "mask", target } = options
  const labels = labelsOf(truth)
  const marks = onTruth(truth, labels, prediction)
  const reference = maskOf(labels, target)
  const found = predicted === "labels" ? maskOf(marks, target) : marks
  const [lesions, foundLesions] = [components(reference, 6), components(found, 6)]
  const matching = matchLesions(lesions, foundLesions)
  const matched = new Map(
    matching.matches.flatMap(({ references, confusion }) => [[references[0], confusion] as const])
  )
  const merged = new Set(matching.matches.flatMap(({ references }) => references.slice(1)))
  const missed = (lesion: number): Confusion => ({
    tp: 0,
    fp: 0,
    fn: lesions.sizes[lesion],
    tn: labels.voxels.length - lesions.sizes[lesion]
  })
  return {
    caseId: truth.id,
    target,
    voxels: confusion(reference, found),
    ...(truth.spacingTrusted && { distances: distancesOf(reference, found) }),
    slices: slicesOf(labels, reference.voxels, found.voxels),
    lesions: Array.from({ length: lesions.count }, (_, lesion) => ({
      lesion,
      voxels: matched.get(lesion) ?? missed(lesion)
    })).filter(({ lesion }) => !merged.has(lesion)),
    detection: { half: detection(matching, { overlap: 0.5 }), any: detection(matching, { overlap: 0 }) }
  }
}

/**
 * `litsCase` of a predicted label map. Where millimetres mean nothing (`spacingTrusted: false`) its distances are NaN, and
 * so left out and counted by the rule `"exclude"`.
 *
 * @throws UnlabelledError, ShapeError and GeometryError as `scoreCase` does
 */
export const scoreLitsCase = (truth: Truth, prediction: LabelVolume): LitsCase => {
  const labels = labelsOf(truth)
  const scored = litsCase(truth.id, labels, onTruth(truth, labels, prediction))
  if (truth.spacingTrusted) return scored
  const blind = (object: LitsObject): LitsObject => ({
    ...object,
    assd: Number.NaN,
    rmsd: Number.NaN,
    mssd: Number.NaN
  })
  return { ...scored, liver: blind(scored.liver), detected: scored.detected.map(blind) }
}

/** Throws `StageOptionError` for an option that is none. */
export const checkScoreOptions = (stage: string, { predicted = "mask", target }: ScoreOptions): void => {
  checkChoice(stage, "target", target, TARGETS)
  checkChoice(stage, "predicted", predicted, ["mask", "labels"])
}

const labelsOf = ({ id, labels }: Truth): LabelVolume => {
  if (labels === undefined) throw new UnlabelledError({ caseId: id, purpose: "to score against" })
  return labels
}

const onTruth = ({ id, spacingTrusted }: Truth, labels: LabelVolume, prediction: LabelVolume): LabelVolume => {
  const what = `the prediction for ${id}`
  if (spacingTrusted) return onGridOf(prediction, labels, what)
  checkShape(prediction, labels, what)
  return prediction
}

const distancesOf = (reference: Parameters<typeof surfaceDistances>[0], found: LabelVolume | typeof reference) => {
  const distances = surfaceDistances(reference, found, { surface: 18 })
  return { assd: assd(distances), hd95: hd95Pooled(distances), hausdorff: hausdorff(distances) }
}

const slicesOf = (grid: LabelVolume, reference: Uint8Array, found: Uint8Array): CaseScore["slices"] => {
  const view = planeView(grid, "axial")
  const shape = [view.width, view.height] as const
  const [ours, theirs] = [new Uint8Array(view.width * view.height), new Uint8Array(view.width * view.height)]
  return Array.from({ length: view.count }, (_, slice) => ({
    slice,
    voxels: confusion(
      { voxels: gather(view, slice, reference, ours), shape },
      { voxels: gather(view, slice, found, theirs), shape }
    )
  }))
}
