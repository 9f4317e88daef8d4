import { type RepetitionCount, seedCountsOf } from "../study/repetitions.ts"
import { doneOf, type Outcome } from "../study/runStudy.ts"

/** "seed 1" or "3 seeds", and which variants have fewer: "3 seeds (n = 2 of 3 for U-Net)". */
export const seedsInWords = (outcomes: ReadonlyArray<Outcome>): string => {
  const seeds = seedsOf(outcomes)
  return seeds.length === 1 ? `seed ${seeds[0]}` : `${some(seeds.length, "seed")}${fewerInWords(outcomes)}`
}

/** "seed 1" or "mean over 3 seeds". */
export const overSeeds = (outcomes: ReadonlyArray<Outcome>): string =>
  `${seedsOf(outcomes).length === 1 ? "" : "mean over "}${seedsInWords(outcomes)}`

/** "9 test patients": those that any variant was tested on. */
export const patientsInWords = (outcomes: ReadonlyArray<Outcome>): string =>
  some(new Set(doneOf(outcomes).flatMap(({ result }) => result.split.test)).size, "test patient")

/** "1 variant", "2 variants". */
export const some = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`

/** Of how many repetitions a number is, where it is not of all: "n = 1 of 2". */
export const countInWords = ({ count, of }: RepetitionCount): string => `n = ${count} of ${of}`

/** That a number is of fewer repetitions than there are. */
export const fewerValues = (counted: RepetitionCount): string =>
  `${countInWords(counted)}: under the other seeds it has no value.`

/** Which test patients have nothing to be found, so that no variant can score well on them; nothing where all have. */
export const nothingToFind = (outcomes: ReadonlyArray<Outcome>): ReadonlyArray<string> => {
  const cases = doneOf(outcomes).flatMap(({ result }) => result.cases)
  const empty = new Set(
    cases.flatMap(({ caseId, volume: { voxels } }) => (voxels.tp + voxels.fn === 0 ? [caseId] : []))
  )
  if (empty.size === 0) return []
  return [`In ${[...empty].join(", ")} there is nothing to be found: Dice is 0 there whatever is marked.`]
}

const seedsOf = (outcomes: ReadonlyArray<Outcome>): ReadonlyArray<number> => [
  ...new Set(outcomes.map(({ cell }) => cell.seed))
]

const fewerInWords = (outcomes: ReadonlyArray<Outcome>): string => {
  const fewer = [...seedCountsOf(outcomes)]
    .filter(([, { count, of }]) => count > 0 && count < of)
    .map(([variant, counted]) => `${countInWords(counted)} for ${variant}`)
  return fewer.length === 0 ? "" : ` (${fewer.join(", ")})`
}
