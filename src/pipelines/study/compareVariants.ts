import { dice } from "../../metrics/overlap.ts"
import { holm, type WilcoxonOptions, type WilcoxonResult, wilcoxon } from "../../metrics/wilcoxon.ts"
import type { CaseResult } from "../evaluate.ts"
import { type PatientValues, patientMeans, variantsOf } from "./patientMeans.ts"
import { type CellDone, doneOf, type Outcome } from "./runStudy.ts"
import { type Cell, StudyError } from "./study.ts"

/** Two variants on the same patients. */
export interface Comparison extends WilcoxonResult {
  readonly first: string
  readonly second: string
  /** The median of first - second over the patients that the test ranks: under `"wilcox"` those that differ. */
  readonly medianDifference: number
  /** p, corrected by Holm for all comparisons made together. */
  readonly corrected: number
  /** How many seeds both have, of which a patient's value is the mean. */
  readonly seeds: number
}

export interface CompareOptions extends WilcoxonOptions {
  /** What is compared of a case; NaN leaves it out. Default: Dice in voxels. */
  readonly value?: (result: CaseResult) => number
  /** The variant that each other is compared with, by its name. Default: every pair. */
  readonly reference?: string
}

/**
 * Tests whether variants differ, by Wilcoxon's signed ranks over patients. A patient's value is the mean over the seeds (and folds)
 * that both variants have, so that patients, not runs, are what is counted, and no variant has seeds that the other lacks; patients
 * who have no value under either variant are left out. Variants that share no patient are not compared.
 *
 * @throws StudyError for a reference that no variant is
 *
 * @example
 * ```ts
 * compareVariants(outcomes, { reference: "AGCAF-Net" }).map(({ second, corrected }) => `${second} ${corrected.toFixed(3)}`)
 * ```
 */
export const compareVariants = (
  outcomes: ReadonlyArray<Outcome>,
  { value = ({ volume }) => dice(volume.voxels), reference, ...test }: CompareOptions = {}
): ReadonlyArray<Comparison> => {
  if (reference !== undefined) checkReference(outcomes, reference)
  const names = variantsOf(outcomes)
  const pairs = names.flatMap((first, i) =>
    reference === undefined
      ? names.slice(i + 1).map((second) => [first, second] as const)
      : first === reference
        ? names.filter((name) => name !== reference).map((second) => [first, second] as const)
        : []
  )
  const tests = pairs.flatMap(([first, second]) => {
    const both = sharedCells(doneOf(outcomes), first, second)
    const patients = patientMeans(both, value)
    const [a, b] = [first, second].map((name): PatientValues => patients.get(name) ?? new Map())
    const shared = [...a.keys()].filter((caseId) => [a, b].every((each) => Number.isFinite(each.get(caseId))))
    if (shared.length === 0) return []
    const [x, y] = [a, b].map((values) => shared.map((caseId) => values.get(caseId) ?? Number.NaN))
    const seeds = new Set(both.map(({ cell }) => cell.seed)).size
    const differences = x.map((each, i) => each - y[i])
    const ranked = test.zeros === "pratt" ? differences : differences.filter((difference) => difference !== 0)
    return [{ first, second, seeds, medianDifference: median(ranked), ...wilcoxon(x, y, test) }]
  })
  const corrected = holm(tests.map(({ p }) => p))
  return tests.map((one, i) => ({ ...one, corrected: corrected[i] }))
}

/**
 * Refuses a reference that no variant of a study is.
 *
 * @throws StudyError
 */
export const checkReference = (outcomes: ReadonlyArray<Outcome>, reference: string): void => {
  const names = variantsOf(outcomes)
  if (names.includes(reference)) return
  const reason = `no variant is called ${reference}, to compare the others with; they are ${names.join(", ")}`
  throw new StudyError({ study: "of the comparison", reason })
}

/** The cells of two variants whose seed and fold both have. */
const sharedCells = (done: ReadonlyArray<CellDone>, first: string, second: string): ReadonlyArray<CellDone> => {
  const placesOf = (variant: string) =>
    new Set(done.filter(({ cell }) => cell.variant === variant).map(({ cell }) => placeOf(cell)))
  const [a, b] = [placesOf(first), placesOf(second)]
  return done.filter(
    ({ cell }) => [first, second].includes(cell.variant) && a.has(placeOf(cell)) && b.has(placeOf(cell))
  )
}

const placeOf = ({ seed, fold }: Cell): string => `${seed} ${fold}`

/** 0 where no patient differs. */
const median = (values: ReadonlyArray<number>): number => {
  if (values.length === 0) return 0
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >>> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
