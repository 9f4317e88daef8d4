import { TaggedError } from "../errors.ts"
import { fold, key, shuffle } from "../random/index.ts"
import { naturalOrder } from "./naturalOrder.ts"

/** What a split needs to know of a patient. */
export interface SplitCase {
  readonly id: string
  readonly hasTumor: boolean
}

/** Which patients train, which choose among models, and which are kept for the score. Ids in natural order. */
export interface Split {
  readonly seed: number
  /** How it was made: by ratios, or as one fold (from 0) of several. */
  readonly rule: { readonly ratios: Ratios } | { readonly fold: number; readonly folds: number }
  readonly train: ReadonlyArray<string>
  readonly validation: ReadonlyArray<string>
  readonly test: ReadonlyArray<string>
}

export type Subset = "train" | "validation" | "test"
export type Ratios = readonly [train: number, validation: number, test: number]

export const SUBSETS: ReadonlyArray<Subset> = ["train", "validation", "test"]

/** A cohort that cannot be split as asked, or a split that does not fit its cohort. */
export class SplitError extends TaggedError("SplitError")<{
  /** The file or the operation. */
  readonly source: string
  readonly reason: string
}> {
  override get message() {
    return `${this.source}: ${this.reason}`
  }
}

/**
 * Splits a cohort by patient, 8:1:1 unless told otherwise, with tumour-bearing patients spread in proportion.
 *
 * Subset sizes are the ratios' shares of the cohort rounded by largest remainder, and so are the tumour-bearing patients'
 * shares of each subset; where there are enough, each subset gets at least one of both. Which patient goes where depends
 * on the seed and the set of ids, not on their order.
 *
 * @throws SplitError when the cohort is empty, has fewer patients than subsets or names one twice, and for ratios or a seed that
 * `checkRule` refuses
 *
 * @example
 * ```ts
 * const cases = [...Array(131).keys()].map((i) => ({ id: `volume-${i}`, hasTumor: i % 10 > 0 }))
 * splitCases(cases, { seed: 1 }).train.length // => 105
 * ```
 */
export const splitCases = (
  cases: ReadonlyArray<SplitCase>,
  { seed, ratios = [8, 1, 1] }: { readonly seed: number; readonly ratios?: Ratios }
): Split => {
  checkRule({ ratios }, seed)
  const [train, validation, test] = deal(cases, ratios, seed)
  return { seed, rule: { ratios }, train, validation, test }
}

/**
 * Splits a cohort by patient into k folds for cross-validation: each is the test set once, while the next one validates
 * (unless `validation` is false) and the others train. Stratified and seeded as `splitCases` is.
 *
 * @throws SplitError when the cohort is empty, has fewer patients than folds, or names one twice; when there are fewer than
 * three folds, or two without validation
 *
 * @example
 * ```ts
 * for (const split of kFold(patients, { folds: 5, seed: 1 })) console.log(split.test)
 * ```
 */
export const kFold = (
  cases: ReadonlyArray<SplitCase>,
  { folds, seed, validation = true }: { readonly folds: number; readonly seed: number; readonly validation?: boolean }
): ReadonlyArray<Split> => {
  checkRule({ fold: 0, folds }, seed, validation)
  const parts = deal(cases, Array<number>(folds).fill(1), seed)
  return parts.map((test, fold) => {
    const next = validation ? (fold + 1) % folds : undefined
    return {
      seed,
      rule: { fold, folds },
      train: parts.flatMap((part, i) => (i === fold || i === next ? [] : part)).sort(naturalOrder),
      validation: next === undefined ? [] : parts[next],
      test
    }
  })
}

/**
 * Checks that a rule splits a cohort, whoever is in it.
 *
 * @param validation whether one fold is to validate
 * @throws SplitError for ratios that are not three, or negative, or train nobody; for too few folds, or a fold that is none of
 * them; for a seed that is no integer
 */
export const checkRule = (rule: Split["rule"], seed: number, validation = true): void => {
  const fail = (reason: string) => {
    throw new SplitError({ source: "split", reason })
  }
  if (!Number.isSafeInteger(seed)) fail(`the seed must be an integer; found ${seed}`)
  if ("ratios" in rule) {
    const { ratios } = rule
    const three = Array.isArray(ratios) && ratios.length === 3
    if (!(three && ratios.every((ratio) => Number.isFinite(ratio) && ratio >= 0) && ratios[0] > 0)) {
      const found = Array.isArray(ratios) ? ratios.join(":") : ratios
      fail(
        `ratios must be three, to train, validate and test, finite and not negative, the first above 0; found ${found}`
      )
    }
    return
  }
  const { fold, folds } = rule
  const least = validation ? 3 : 2
  if (!(Number.isInteger(folds) && folds >= least)) {
    const remedy = validation ? ", or two and { validation: false }" : ""
    fail(`${folds} folds leave nothing to train on; use ${least} or more${remedy}`)
  }
  if (!(Number.isInteger(fold) && fold >= 0 && fold < folds)) {
    fail(`there is no fold ${fold} of ${folds}; they count from 0`)
  }
}

/** Deals patients into parts in proportion to weights: first the tumour-bearing ones, then the others into what is left. */
const deal = (
  cases: ReadonlyArray<SplitCase>,
  weights: ReadonlyArray<number>,
  seed: number
): ReadonlyArray<ReadonlyArray<string>> => {
  checkCases(cases, weights.filter((weight) => weight > 0).length)
  const from = fold(key(seed), "split")
  // Sorted by code units, which no locale changes, so that only the set of ids matters.
  const shuffled = (hasTumor: boolean) =>
    shuffle(fold(from, hasTumor ? "tumor" : "no tumor"), ids(cases.filter((one) => one.hasTumor === hasTumor)).sort())
  const bearing = shuffled(true)
  const free = shuffled(false)
  const sizes = apportion(cases.length, weights)
  const bearingSizes = apportion(bearing.length, sizes)
  let nextBearing = 0
  let nextFree = 0
  return sizes.map((size, part) => {
    const endBearing = nextBearing + bearingSizes[part]
    const endFree = nextFree + size - bearingSizes[part]
    const chosen = [...bearing.slice(nextBearing, endBearing), ...free.slice(nextFree, endFree)]
    nextBearing = endBearing
    nextFree = endFree
    return chosen.sort(naturalOrder)
  })
}

/** Whole numbers in proportion to weights (largest remainder; the first wins a tie), at least 1 where the total allows. */
const apportion = (total: number, weights: ReadonlyArray<number>): ReadonlyArray<number> => {
  const sum = weights.reduce((a, b) => a + b, 0)
  const parts = weights.filter((weight) => weight > 0).length
  const counts = weights.map((weight) => (weight > 0 && total >= parts ? 1 : 0))
  for (let given = counts.reduce<number>((a, b) => a + b, 0); given < total; given++) {
    // Compared without division, so that whole ratios tie exactly.
    const deficits = weights.map((weight, i) => total * weight - counts[i] * sum)
    counts[deficits.indexOf(Math.max(...deficits))]++
  }
  return counts
}

const checkCases = (cases: ReadonlyArray<SplitCase>, parts: number): void => {
  const fail = (reason: string) => {
    throw new SplitError({ source: "split", reason })
  }
  if (cases.length === 0) fail("there is no case to split; look at the cohort's path, and at what was left out before")
  const twice = repeated(ids(cases))
  if (twice.length > 0) fail(`each patient may be given once; repeated: ${twice.join(", ")}`)
  if (cases.length < parts) fail(`${cases.length} cases cannot fill ${parts} parts; add cases or ask for fewer parts`)
}

/**
 * Checks that a split is one of this cohort: no patient in two subsets, every id known, every patient placed.
 *
 * @param source the file or operation that errors name
 * @throws SplitError that lists the ids
 */
export const checkSplit = (split: Split, cohort?: ReadonlyArray<string>, source = "split"): void => {
  const placed = SUBSETS.flatMap((subset) => split[subset])
  const complain = (found: ReadonlyArray<string>, what: string) => {
    if (found.length > 0) throw new SplitError({ source, reason: `${what}: ${found.join(", ")}` })
  }
  complain(repeated(placed), "patients in more than one place, so the test would not be honest")
  if (cohort === undefined) return
  const known = new Set(cohort)
  const taken = new Set(placed)
  complain(
    placed.filter((id) => !known.has(id)),
    "ids that the cohort does not have (another cohort's split?)"
  )
  complain(
    cohort.filter((id) => !taken.has(id)),
    "cases of the cohort that are in no subset; split again"
  )
}

const ids = (cases: ReadonlyArray<SplitCase>): Array<string> => cases.map(({ id }) => id)

const repeated = (all: ReadonlyArray<string>): ReadonlyArray<string> => {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const id of all) (seen.has(id) ? twice : seen).add(id)
  return [...twice]
}
