import { aggregate, type Summary, type Unit } from "./aggregate.ts"
import type { EmptyRuleOption } from "./emptyRule.ts"
import { type Detection, lesionF1, lesionPrecision, lesionRecall, mergeDetection, pairCounts } from "./lesions.ts"
import type { LitsCase, LitsObject } from "./litsCase.ts"
import { dice, iou, rvd, voe } from "./overlap.ts"
import { precision, recall } from "./rates.ts"

/** How well objects agree: the mean over livers, or over detected lesions. Distances in mm. */
export interface LitsAgreement {
  readonly dice: Summary
  readonly iou: Summary
  readonly voe: Summary
  /** (|P| - |R|) / |R|: the usual sign. The public scorer's is `rvdLits`. */
  readonly rvd: Summary
  readonly assd: Summary
  readonly rmsd: Summary
  readonly mssd: Summary
}

/** Lesions found by a cohort at one overlap. */
export interface LitsDetection {
  readonly counts: Detection
  /** By lesions: predicted ones that found something, reference ones that were found. NaN for 0/0. */
  readonly precision: number
  readonly recall: number
  readonly f1: number
  /** By pairs, as the public scorer counts: of lesions merged into one, one is found and the others are missed. */
  readonly pairs: { readonly precision: number; readonly recall: number }
}

/** The score of the LiTS challenge. */
export interface LitsScore {
  readonly cases: number
  /** `dice` is Dice per case. */
  readonly liver: LitsAgreement & { readonly diceGlobal: Summary }
  readonly lesion: {
    /** 1 for a case without lesions of which none are predicted, 0 where any are. */
    readonly dicePerCase: Summary
    /** The mean over cases that have a lesion. */
    readonly dicePerCaseWithLesion: Summary
    readonly diceGlobal: Summary
  }
  /** Of the lesions found at an IoU above 0.5. */
  readonly detectedLesions: LitsAgreement
  readonly detection: { readonly half: LitsDetection; readonly any: LitsDetection }
  readonly tumorBurden: TumorBurden
}

/** Tumour burden: lesion voxels over liver voxels (lesions included). Its error is that of the prediction less the reference. */
export interface TumorBurden {
  readonly rmse: number
  /** The largest absolute error. */
  readonly maxError: number
  readonly count: number
  /** Cases in which a liver is empty, and so its burden undefined. */
  readonly excluded: number
}

export interface LitsScoreOptions {
  /**
   * What a distance to an empty liver counts as: `"exclude"` (the default) leaves the case out and says so;
   * `"penalty9001"` is the challenge's 9001 mm.
   */
  readonly distances?: EmptyRuleOption
}

/**
 * Scores a cohort as the LiTS challenge does, without the faults of its public scorer: RVD has its usual sign; no lesion is
 * lost at an overlap of 0.5; a reference without lesions is scored (what is predicted there is false); the maximum error of
 * the tumour burden is absolute; what is undefined is left out and counted rather than 9001. The order of the cases does
 * not matter.
 *
 * Source: PatrickChrist/lits-challenge-scoring; Bilic et al., Med Image Anal 2023;84:102680.
 *
 * @throws MetricsError for a case given twice
 * @example
 * ```ts
 * const labels = { voxels: Uint8Array.of(1, 2, 1, 0), shape: [4, 1, 1], spacing: [1, 1, 1] } as const
 * litsScore([litsCase("liver_0", labels, labels)]).detection.half.recall // => 1
 * ```
 */
export const litsScore = (
  cases: ReadonlyArray<LitsCase>,
  { distances = "exclude" }: LitsScoreOptions = {}
): LitsScore => {
  const livers = cases.map(({ caseId, liver }) => ({ caseId, measured: liver }))
  const lesions = cases.map(({ caseId, lesions }) => ({ caseId, measured: lesions }))
  const detected = cases.flatMap(({ caseId, detected }) =>
    detected.map((measured, lesion) => ({ caseId, lesion, measured }))
  )
  return {
    cases: cases.length,
    liver: {
      ...agreement(livers, "perCase", distances),
      diceGlobal: aggregate(livers, dice, { aggregation: "pooled", empty: "exclude" })
    },
    lesion: {
      dicePerCase: aggregate(lesions, dice, { aggregation: "perCase", empty: "lits" }),
      dicePerCaseWithLesion: aggregate(lesions, dice, { aggregation: "perCase", empty: "onlyWithReference" }),
      diceGlobal: aggregate(lesions, dice, { aggregation: "pooled", empty: "exclude" })
    },
    detectedLesions: agreement(detected, "perLesion", distances),
    detection: {
      half: detectionOf(cases.map(({ detection }) => detection.half)),
      any: detectionOf(cases.map(({ detection }) => detection.any))
    },
    tumorBurden: tumorBurden(cases)
  }
}

const agreement = (
  units: ReadonlyArray<Unit<LitsObject>>,
  aggregation: "perCase" | "perLesion",
  distances: EmptyRuleOption
): LitsAgreement => {
  const overlap = { aggregation, empty: "lits" } as const
  const distance = { aggregation, empty: distances } as const
  return {
    dice: aggregate(units, dice, overlap),
    iou: aggregate(units, iou, overlap),
    voe: aggregate(units, voe, { aggregation, empty: "exclude" }),
    rvd: aggregate(units, rvd, { aggregation, empty: "exclude" }),
    assd: aggregate(units, ({ assd }) => assd, distance),
    rmsd: aggregate(units, ({ rmsd }) => rmsd, distance),
    mssd: aggregate(units, ({ mssd }) => mssd, distance)
  }
}

const detectionOf = (parts: ReadonlyArray<Detection>): LitsDetection => {
  const counts = mergeDetection(parts)
  const pairs = pairCounts(counts)
  return {
    counts,
    precision: lesionPrecision(counts),
    recall: lesionRecall(counts),
    f1: lesionF1(counts),
    pairs: { precision: precision(pairs), recall: recall(pairs) }
  }
}

const tumorBurden = (cases: ReadonlyArray<LitsCase>): TumorBurden => {
  const errors = cases
    .map(({ liver, lesions }) => {
      const reference = (lesions.tp + lesions.fn) / (liver.tp + liver.fn)
      const prediction = (lesions.tp + lesions.fp) / (liver.tp + liver.fp)
      return Math.abs(prediction - reference)
    })
    .filter((error) => !Number.isNaN(error))
    .sort((a, b) => a - b)
  return {
    rmse: Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length),
    maxError: errors.at(-1) ?? Number.NaN,
    count: errors.length,
    excluded: cases.length - errors.length
  }
}
