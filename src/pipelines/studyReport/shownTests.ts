import { joinPath } from "../../stages/files.ts"
import type { CaseResult } from "../evaluate.ts"
import { variantsOf } from "../study/patientMeans.ts"
import { type CellDone, doneOf, type Outcome } from "../study/runStudy.ts"

/** The tests of a study that are shown one by one, in pictures and beside them: those of one seed. */
export interface ShownTests {
  /** Not there where every cell failed. */
  readonly seed?: number
  /** Of the variants that have results under the seed, in the order of the study; of each its folds. */
  readonly tests: ReadonlyMap<string, ReadonlyArray<CellDone>>
}

/**
 * Which tests are shown: those of the seed under which the most variants kept masks; of equals, the most have results; of equals
 * still the first. Whatever shows single tests takes them from here, so that a number beside a picture is of the same network.
 */
export const shownTests = (outcomes: ReadonlyArray<Outcome>): ShownTests => {
  const done = doneOf(outcomes)
  const rank = (seed: number): readonly [masks: number, results: number] => {
    const own = done.filter(({ cell }) => cell.seed === seed)
    return [variantsOf(own.filter(hasMasks)).length, variantsOf(own).length]
  }
  // Sorting is stable, so that equals stay in their order.
  const [best] = [...new Set(done.map(({ cell }) => cell.seed))]
    .map((seed) => ({ seed, rank: rank(seed) }))
    .sort((a, b) => b.rank[0] - a.rank[0] || b.rank[1] - a.rank[1])
  if (best === undefined) return { tests: new Map() }
  const { seed } = best
  const shown = done.filter(({ cell }) => cell.seed === seed)
  return {
    seed,
    tests: new Map(
      variantsOf(outcomes).flatMap((name) => {
        const own = shown.filter(({ cell }) => cell.variant === name)
        return own.length === 0 ? [] : [[name, own]]
      })
    )
  }
}

/** A mask that was kept, of a test that is shown. */
export interface KeptMask {
  readonly variant: string
  readonly cell: CellDone
  readonly case: CaseResult
  readonly path: string
}

/** The masks of the shown tests that were kept, in the order of the study. */
export const masksOf = ({ tests }: ShownTests, directory: string): ReadonlyArray<KeptMask> =>
  [...tests].flatMap(([variant, cells]) =>
    cells.flatMap((cell) =>
      cell.result.cases.flatMap((each) =>
        each.mask === undefined
          ? []
          : [{ variant, cell, case: each, path: joinPath(joinPath(directory, cell.folder), each.mask) }]
      )
    )
  )

const hasMasks = ({ result }: CellDone): boolean => result.cases.some(({ mask }) => mask !== undefined)
