import { readFileSync } from "node:fs"
import { expect } from "vitest"
import { readNiftiLabels } from "../../src/formats/readNifti.ts"
import { boundingBox, unionBox, vec3 } from "../../src/metrics/box.ts"
import { crop } from "../../src/metrics/crop.ts"
import * as metrics from "../../src/metrics/index.ts"
import type { LabelVolume } from "../../src/volume/volume.ts"
import { sharedTest } from "../support/shared.ts"

// What six public tools say of 17 pairs of masks, each number compared with our function of the same definition.

type Json = number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }
interface Pair {
  readonly name: string
  readonly oracles: Readonly<Record<string, Readonly<Record<string, Json>>>>
}

interface Measured {
  readonly name: string
  readonly reference: LabelVolume
  readonly prediction: LabelVolume
  readonly counts: metrics.Confusion
  readonly distances: (surface: metrics.SurfaceElements) => metrics.SurfaceDistances
  readonly lits: metrics.LitsCase
}

/** Our value, or values, of what a tool reports under some name. */
type Definition = (pair: Measured) => number | ReadonlyArray<number>
type Definitions = Readonly<Record<string, Definition>>

interface Tool {
  readonly definitions: Definitions
  /** What it says where there is no value and we say NaN; all of them may also say "nan", "inf" or raise an error. */
  readonly standIns?: ReadonlyArray<number>
  /** What it prints: so many decimals. Exact where absent. */
  readonly absolute?: number
  /** What is not compared, and why: keys are "pair key", or "key" for all pairs. */
  readonly skipped?: Readonly<Record<string, string>>
}

const measure = (name: string, reference: LabelVolume, prediction: LabelVolume): Measured => {
  const made = new Map<metrics.SurfaceElements, metrics.SurfaceDistances>()
  return {
    name,
    reference,
    prediction,
    counts: metrics.confusion(reference, prediction),
    distances: (surface) => {
      const known = made.get(surface) ?? metrics.surfaceDistances(reference, prediction, { surface })
      made.set(surface, known)
      return known
    },
    lits: metrics.litsCase(name, reference, prediction)
  }
}

const named = (entries: ReadonlyArray<readonly [string, Definition]>): Definitions => Object.fromEntries(entries)

const surfaceDistance: Tool = {
  definitions: {
    dice: ({ counts }) => metrics.dice(counts),
    asd_gt_to_pred: ({ distances }) => metrics.asd(distances("surfels").fromReference),
    asd_pred_to_gt: ({ distances }) => metrics.asd(distances("surfels").fromPrediction),
    ...named(
      [50, 95, 100].map((percent) => [
        `robust_hausdorff_${percent}`,
        ({ distances }) => metrics.hd95AreaWeighted(distances("surfels"), { percent })
      ])
    ),
    ...named(
      [1, 2, 5].flatMap(
        (tolerance): Array<[string, Definition]> => [
          [
            `surface_overlap_${tolerance}mm`,
            ({ distances }) => [
              metrics.surfaceOverlap(distances("surfels").fromReference, tolerance),
              metrics.surfaceOverlap(distances("surfels").fromPrediction, tolerance)
            ]
          ],
          [`surface_dice_${tolerance}mm`, ({ distances }) => metrics.surfaceDice(distances("surfels"), tolerance)]
        ]
      )
    ),
    surface_area_gt_mm2: ({ distances }) => metrics.surfaceArea(distances("surfels").fromReference),
    surface_area_pred_mm2: ({ distances }) => metrics.surfaceArea(distances("surfels").fromPrediction),
    n_surfels: ({ distances }) => [
      distances("surfels").fromReference.distances.length,
      distances("surfels").fromPrediction.distances.length
    ]
  }
}

const objects = ({ reference, prediction }: Measured) =>
  metrics.pairCounts(
    metrics.detection(metrics.matchLesions(metrics.components(reference, 6), metrics.components(prediction, 6)), {
      overlap: 0
    })
  )

const medpy: Tool = {
  definitions: {
    dc: ({ counts }) => metrics.dice(counts),
    jc: ({ counts }) => metrics.iou(counts),
    precision: ({ counts }) => metrics.precision(counts),
    recall: ({ counts }) => metrics.recall(counts),
    specificity: ({ counts }) => metrics.specificity(counts),
    ravd: ({ counts }) => metrics.rvd(counts),
    ...named(
      ([6, 18, 26] as const).flatMap(
        (surface, i): Array<[string, Definition]> => [
          [`hd_c${i + 1}`, ({ distances }) => metrics.hausdorff(distances(surface))],
          [`hd95_c${i + 1}`, ({ distances }) => metrics.hd95Pooled(distances(surface))],
          [`asd_c${i + 1}`, ({ distances }) => metrics.asd(distances(surface).fromPrediction)],
          [`assd_c${i + 1}`, ({ distances }) => metrics.assd(distances(surface))]
        ]
      )
    ),
    asd_ref_to_pred_c1: ({ distances }) => metrics.asd(distances(6).fromReference),
    obj_tpr_c1: (pair) => metrics.recall(objects(pair)),
    obj_fpr_c1: (pair) => 1 - metrics.precision(objects(pair))
  },
  standIns: [0, 1],
  skipped: {
    "03_pred_empty obj_tpr_c1": "it divides by the number of predicted objects, 0; one of one was missed, which is 0",
    "04_ref_empty obj_fpr_c1": "it divides by the number of reference objects, 0; one of one is false, which is 1"
  }
}

const monai: Tool = {
  definitions: {
    dice: (pair) => onlyWithReference(pair, metrics.dice),
    iou: (pair) => onlyWithReference(pair, metrics.iou),
    dice_ignore_empty_false: ({ counts }) => one(counts, metrics.dice, "lits"),
    hausdorff: ({ distances }) => metrics.hausdorff(distances(6)),
    hausdorff95: ({ distances }) => metrics.hd95MaxOfDirected(distances(6)),
    hausdorff_directed_pred_to_gt: ({ distances }) => metrics.directedHausdorff(distances(6).fromPrediction),
    asd_pred_to_gt: ({ distances }) => metrics.asd(distances(6).fromPrediction),
    assd: ({ distances }) => metrics.assd(distances(6)),
    ...named(
      [1, 2, 5].map((tolerance) => [
        `surface_dice_${tolerance}mm`,
        ({ distances }) => metrics.surfaceDice(distances(6), tolerance)
      ])
    )
  }
}

const one = (
  measured: metrics.Confusion,
  metric: (counts: metrics.Confusion) => number,
  empty: metrics.EmptyRuleOption
): number => metrics.aggregate([{ caseId: "one", measured }], metric, { aggregation: "perCase", empty }).value

const onlyWithReference = ({ counts }: Measured, metric: (counts: metrics.Confusion) => number) =>
  one(counts, metric, "onlyWithReference")

/**
 * plastimatch crops both masks to the box around them, and where that box ends with the image it drops the last voxels.
 */
const asPlastimatchCrops = ({ reference, prediction }: Measured, surface: metrics.SurfaceElements) => {
  const box = unionBox(boundingBox(reference), boundingBox(prediction)) ?? { lower: [0, 0, 0], shape: [1, 1, 1] }
  const [x, y, z] = box.shape.map((n, axis) => n - (box.lower[axis] + n === reference.shape[axis] ? 1 : 0))
  const shape = vec3([x, y, z])
  const mask = (of: LabelVolume) => ({ voxels: crop(of, { ...box, shape }), shape, spacing: reference.spacing })
  return metrics.surfaceDistances(mask(reference), mask(prediction), { surface })
}

const FLT_MAX = 3.4028234663852886e38
const approximated = "its distance map inside a mask is approximate: 0.4 % off; MedPy and MONAI agree with us"
const firstOfNone = "of one voxel it takes the one before the first"

const plastimatch: Tool = {
  definitions: {
    TP: ({ counts }) => counts.tp,
    TN: ({ counts }) => counts.tn,
    FN: ({ counts }) => counts.fn,
    FP: ({ counts }) => counts.fp,
    DICE: ({ counts }) => metrics.dice(counts),
    SE: ({ counts }) => metrics.sensitivity(counts),
    SP: ({ counts }) => metrics.specificity(counts),
    ...named(
      (
        [
          ["", "voxels"],
          [" (boundary)", 6]
        ] as const
      ).flatMap(
        ([suffix, surface]): Array<[string, Definition]> => [
          [`Hausdorff distance${suffix}`, (pair) => metrics.hausdorff(asPlastimatchCrops(pair, surface))],
          [`Avg average Hausdorff distance${suffix}`, (pair) => metrics.meanOfMeans(asPlastimatchCrops(pair, surface))],
          [`Max average Hausdorff distance${suffix}`, (pair) => metrics.maxOfMeans(asPlastimatchCrops(pair, surface))],
          [
            `Percent (0.95) Hausdorff distance${suffix}`,
            (pair) => metrics.hd95MeanOfDirected(asPlastimatchCrops(pair, surface))
          ]
        ]
      )
    )
  },
  standIns: [0, FLT_MAX, FLT_MAX / 2],
  absolute: 1e-6,
  skipped: {
    rc: "the exit code of the tool",
    Line: "part of its error message",
    "06_single_voxel_offset Percent (0.95) Hausdorff distance": firstOfNone,
    "06_single_voxel_offset Percent (0.95) Hausdorff distance (boundary)": firstOfNone,
    "10_spheres_concentric Avg average Hausdorff distance (boundary)": approximated,
    "11_spheres_offset Avg average Hausdorff distance (boundary)": approximated,
    "11_spheres_offset Max average Hausdorff distance (boundary)": approximated
  }
}

const misc: Tool = {
  definitions: {
    "nnunet TP": ({ counts }) => counts.tp,
    "nnunet FP": ({ counts }) => counts.fp,
    "nnunet FN": ({ counts }) => counts.fn,
    "nnunet TN": ({ counts }) => counts.tn,
    "nnunet Dice": ({ counts }) => metrics.dice(counts),
    "nnunet IoU": ({ counts }) => metrics.iou(counts),
    skimage_hausdorff_voxels: ({ reference, prediction }) =>
      metrics.hausdorff(
        metrics.surfaceDistances({ ...reference, spacing: [1, 1, 1] }, prediction, { surface: "voxels" })
      )
  },
  standIns: [0]
}

const litsObject = (prefix: string, of: (pair: Measured) => ReadonlyArray<metrics.LitsObject>): Definitions =>
  named([
    [`${prefix} dice`, (pair) => of(pair).map(metrics.dice)],
    [`${prefix} jaccard`, (pair) => of(pair).map(metrics.iou)],
    [`${prefix} voe`, (pair) => of(pair).map(metrics.voe)],
    [`${prefix} rvd`, (pair) => of(pair).map(metrics.rvdLits)],
    [`${prefix} assd`, (pair) => of(pair).map(({ assd }) => assd)],
    [`${prefix} rmsd`, (pair) => of(pair).map(({ rmsd }) => rmsd)],
    [`${prefix} msd`, (pair) => of(pair).map(({ mssd }) => mssd)]
  ])

const detection = (overlap: string, of: (pair: Measured) => metrics.Detection): Definitions =>
  named([
    [`detection_${overlap} TP`, (pair) => metrics.pairCounts(of(pair)).tp],
    [`detection_${overlap} FP`, (pair) => metrics.pairCounts(of(pair)).fp],
    [`detection_${overlap} FN`, (pair) => metrics.pairCounts(of(pair)).fn]
  ])

const crashes = "it fails on a reference without lesions; ours is tested in litsScore.test.ts"
const losesLesions = "it loses two of three lesions here; the right values are tested in litsScore.test.ts"

const litsScorer: Tool = {
  definitions: {
    n_lesions_ref: ({ lits }) => lits.detection.any.references,
    n_lesions_pred: ({ lits }) => lits.detection.any.predictions,
    liver_dice_per_case: ({ lits }) => one(lits.liver, metrics.dice, "lits"),
    lesion_dice_per_case: ({ lits }) => one(lits.lesions, metrics.dice, "lits"),
    ...litsObject("liver_scores", ({ lits }) => [lits.liver]),
    ...litsObject("detection_0.5 lesion_scores", ({ lits }) => lits.detected),
    ...detection("0", ({ lits }) => lits.detection.any),
    ...detection("0.5", ({ lits }) => lits.detection.half),
    tumor_burden_ref_minus_pred: ({ lits: { lesions, liver } }) =>
      (lesions.tp + lesions.fn) / (liver.tp + liver.fn) - (lesions.tp + lesions.fp) / (liver.tp + liver.fp)
  },
  standIns: [9001, -9001],
  skipped: {
    detection_0: crashes,
    "detection_0.5": crashes,
    liver_scores: "without a predicted liver it scores nothing",
    "04_ref_empty liver_scores rvd": "its penalty for an empty mask, 9001, is not a volume difference",
    ...Object.fromEntries(
      [
        "TP",
        "FP",
        "FN",
        ...["dice", "jaccard", "voe", "rvd", "assd", "rmsd", "msd"].map((key) => `lesion_scores ${key}`)
      ].map((key) => [`30_lesions_false_positive_first detection_0.5 ${key}`, losesLesions])
    )
  }
}

const TOOLS: Readonly<Record<string, Tool>> = {
  surface_distance: surfaceDistance,
  medpy,
  monai_1_2_0: monai,
  plastimatch,
  misc,
  lits_challenge_scoring: litsScorer
}

/** Nested reports as "outer inner" keys; numbers, strings and lists of them as they are. */
const flat = (report: Readonly<Record<string, Json>>, prefix = ""): ReadonlyArray<readonly [string, Json]> =>
  Object.entries(report).flatMap(([key, value]) =>
    typeof value === "object" && !Array.isArray(value)
      ? flat(value as Readonly<Record<string, Json>>, `${prefix}${key} `)
      : [[`${prefix}${key}`, value] as const]
  )

/** Why our value is not the tool's, or nothing. */
const difference = (ours: number, theirs: Json, { standIns = [], absolute = 0 }: Tool): string | undefined => {
  const agrees =
    typeof theirs === "number" && !Number.isNaN(ours)
      ? Math.abs(ours - theirs) <= 1e-6 * Math.abs(theirs) + absolute
      : Number.isNaN(ours) && (typeof theirs === "string" || standIns.includes(theirs as number))
  return agrees ? undefined : `ours ${ours}, theirs ${theirs}`
}

for (const [name, tool] of Object.entries(TOOLS)) {
  sharedTest("data/metrics", `every number of ${name} agrees, on every pair`, async (folder) => {
    const { cases } = JSON.parse(readFileSync(`${folder}/golden.json`, "utf8")) as { cases: ReadonlyArray<Pair> }
    const differences: Array<string> = []
    let compared = 0
    for (const pair of cases) {
      if (pair.oracles[name] === undefined) continue
      const read = (which: string) => {
        const path = `${folder}/${pair.name}_${which}.nii.gz`
        return readNiftiLabels({ name: path, bytes: readFileSync(path) })
      }
      const measured = measure(pair.name, await read("ref"), await read("pred"))
      for (const [key, said] of flat(pair.oracles[name])) {
        if (tool.skipped?.[key] !== undefined || tool.skipped?.[`${pair.name} ${key}`] !== undefined) continue
        const definition = tool.definitions[key]
        const ours = definition === undefined ? [] : [definition(measured)].flat()
        const theirs = [said].flat()
        if (ours.length !== theirs.length) differences.push(`${pair.name} ${key}: ${ours.length} of ${theirs.length}`)
        ours.forEach((value, i) => {
          compared++
          const why = difference(value, theirs[i], tool)
          if (why !== undefined) differences.push(`${pair.name} ${key}: ${why}`)
        })
      }
    }
    expect(differences).toEqual([])
    expect(compared).toBeGreaterThan(80)
  })
}
