import { variantsOf } from "./patientMeans.ts"
import { type CellDone, doneOf, type Outcome } from "./runStudy.ts"
import type { Cell } from "./study.ts"

/** What is one repetition of a variant. `"seed"`: all folds of a seed together, since each tests other patients. */
export type RepetitionUnit = "seed" | "cell"

/** One repetition of a variant: the tests that it is made of, or nothing where one of them failed or is not there. */
export type Repetition = ReadonlyArray<CellDone> | undefined

/** Of each variant the repetitions of the study, as many of every variant, in the order of seeds and folds. */
export const repetitionsOf = (
  outcomes: ReadonlyArray<Outcome>,
  unit: RepetitionUnit = "seed"
): ReadonlyMap<string, ReadonlyArray<Repetition>> => {
  const nameOf = ({ seed, fold }: Cell) => (unit === "seed" ? `${seed}` : `${seed} ${fold}`)
  const names = [...new Set(outcomes.map(({ cell }) => nameOf(cell)))]
  return new Map(
    variantsOf(outcomes).map((variant) => {
      const done = doneOf(outcomes).filter(({ cell }) => cell.variant === variant)
      return [
        variant,
        names.map((name): Repetition => {
          const tests = done.filter(({ cell }) => nameOf(cell) === name)
          return tests.length > 0 && (unit === "cell" || tests.length === foldsOf(tests[0].cell)) ? tests : undefined
        })
      ]
    })
  )
}

/** How many repetitions there are of something, and how many of them are whole. */
export interface RepetitionCount {
  readonly count: number
  readonly of: number
}

/** Of each variant the number of its seeds that are whole, and of those of the study. */
export const seedCountsOf = (outcomes: ReadonlyArray<Outcome>): ReadonlyMap<string, RepetitionCount> =>
  new Map(
    [...repetitionsOf(outcomes)].map(([variant, all]) => [
      variant,
      { count: all.filter((tests) => tests !== undefined).length, of: all.length }
    ])
  )

/** How many folds a cell is one of. */
const foldsOf = ({ fold, protocol: { split } }: Cell): number =>
  fold !== undefined && "folds" in split ? split.folds : 1
