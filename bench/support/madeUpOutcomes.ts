import { type Confusion, mergeConfusion, rocCounts } from "../../src/metrics/index.ts"
import type { CaseFacts, CaseResult, CellDone, CohortFacts, Outcome } from "../../src/pipelines/index.ts"
import { agcafProtocol, comparisonStudy, metricsOf } from "../../src/pipelines/index.ts"
import { fold, key, uniform } from "../../src/random/index.ts"

const SLICES = 300

/** Patients of LiTS's size in numbers alone: from a drop of tumour to two litres. */
export const madeUpFacts = (patients: number): CohortFacts => ({
  hash: "made-up",
  leftOut: [],
  cases: Array.from({ length: patients }, (_, i): CaseFacts => {
    const [size, many] = uniform(fold(key(1), "patient", i), 2)
    const volume = 100 * 10 ** (4.2 * size)
    const tumor = { volume, lesions: 1 + Math.floor(9 * many), largest: volume / 2, slice: 150, onSlice: 900 }
    return { id: `volume-${i}`, content: `${i}`, hasTumor: true, slices: SLICES, spacingTrusted: true, tumor }
  })
})

/** A comparison of five networks under three seeds in which every patient is tested, as if all had been computed. */
export const madeUpOutcomes = ({ cases }: CohortFacts): ReadonlyArray<Outcome> =>
  comparisonStudy("lits", { scale: "paper" }).variants.flatMap(({ name }, variant) =>
    [1, 2, 3].map((seed): CellDone => {
      const results = cases.map((facts, i) => madeUpResult(facts, uniform(fold(key(2), name, seed, i), 4), variant))
      return {
        kind: "reused",
        cell: { variant: name, seed, network: { name }, protocol: agcafProtocol },
        done: 1,
        total: 15,
        folder: `cells/${variant}-${seed}`,
        result: {
          address: `${variant}-${seed}`,
          version: "0.1.0",
          cohort: "made-up",
          protocol: agcafProtocol,
          network: { name, config: {}, parameters: 12_354_189 },
          engine: "made up",
          split: { seed: 1, rule: { ratios: [1, 1, 1] }, train: [], validation: [], test: cases.map(({ id }) => id) },
          leftOut: [],
          history: Array.from({ length: 50 }, (_, epoch) => ({
            epoch: epoch + 1,
            loss: 1 / (epoch + 2),
            learningRate: 0.05 * (1 - epoch / 50) ** 0.9,
            seconds: 60,
            validationLoss: 1 / (epoch + 1.5),
            dicePooled: 0.8 - 1 / (epoch + 2),
            dicePerCase: 0.7 - 1 / (epoch + 2),
            best: epoch === 49
          })),
          cases: results,
          metrics: metricsOf(results),
          files: { log: "log.jsonl", history: "history.csv", masks: "masks" }
        }
      }
    })
  )

/** Counts of slices through a ball, found as well as a network of this rank would. */
const madeUpResult = ({ id, tumor }: CaseFacts, draws: ArrayLike<number>, variant: number): CaseResult => {
  const found = Math.min(0.98, 0.45 + 0.08 * variant + 0.4 * draws[0])
  const reach = Math.min(140, Math.max(2, Math.round(Math.cbrt(tumor.volume) / 2)))
  const slices = Array.from({ length: SLICES }, (_, slice): Confusion => {
    const area = Math.max(0, Math.round(3 * (reach ** 2 - (slice - 150) ** 2)))
    const tp = Math.round(area * found)
    const fp = Math.round(area * 0.3 * draws[1])
    return { tp, fp, fn: area - tp, tn: 512 * 512 - area - fp }
  })
  const { truePositives, falsePositives, ...counts } = rocCounts(
    [found, 0.9 * draws[2], 0.6 * draws[3], 0.1],
    [1, 1, 0, 0]
  )
  const voxels = mergeConfusion(slices)
  const lesions = { references: 3, referencesFound: 2, predictions: 3, predictionsRight: 2, pairs: 2 }
  return {
    caseId: id,
    images: slices.map((pixels, slice) => ({
      slice,
      pixels,
      ...(pixels.tp > 0 && { contour: { sum: 4 * (1 - found) * 90, count: 90 } })
    })),
    roc: { ...counts, truePositives: [...truePositives], falsePositives: [...falsePositives] },
    volume: {
      caseId: id,
      target: "tumor",
      voxels,
      distances: { assd: 20 * (1 - found) ** 2, hd95: 60 * (1 - found), hausdorff: 90 * (1 - found) },
      slices: slices.map((each, slice) => ({ slice, voxels: each })),
      lesions: [],
      detection: { half: lesions, any: lesions }
    },
    mask: `masks/${id}.nii.gz`
  }
}
