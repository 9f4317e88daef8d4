import type * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type Case, LABEL } from "../volume/index.ts"
import type { SplitCase } from "./split.ts"

/**
 * Which patients of a cohort have a tumour, by their labels (none without labels): what `splitCases` stratifies by.
 * Reads every case once.
 *
 * @example
 * ```ts
 * const split = splitCases(await run(load("lits/").pipe(survey)), { seed: 1 })
 * ```
 */
export const survey = <E, R>(cases: Stream.Stream<Case, E, R>): Effect.Effect<ReadonlyArray<SplitCase>, E, R> =>
  Stream.runFold(
    cases,
    (): ReadonlyArray<SplitCase> => [],
    (found, { id, labels }) => [...found, { id, hasTumor: labels?.voxels.includes(LABEL.tumor) ?? false }]
  )
