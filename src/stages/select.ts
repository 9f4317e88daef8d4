import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { described } from "./description.ts"
import { type Split, SplitError, SUBSETS, type Subset } from "./split.ts"
import { caseIdOf } from "./stage.ts"

/**
 * Keeps what belongs to the patients of one subset: cases, slices, samples or anything else with a `caseId` or `id`.
 * Fails with a `SplitError` on a patient that the split does not know, rather than leave it out unsaid.
 *
 * @example
 * ```ts
 * load("lits/").pipe(select(split, "test"), window(), slice())
 * ```
 */
export const select = (split: Split, subset: Subset): SelectStage => {
  const home = new Map(SUBSETS.flatMap((name) => split[name].map((id) => [id, name] as const)))
  const stage: SelectStage = (self) =>
    Stream.filterEffect(self, (element) => {
      const id = caseIdOf(element)
      const found = home.get(id)
      if (found !== undefined) return Effect.succeed(found === subset)
      return Effect.fail(
        new SplitError({ source: "select", reason: `case ${id} is in no subset of the split; split the cohort again` })
      )
    })
  return described("select", split[subset], stage)
}

/** A stage that keeps some of its elements as they are. */
export type SelectStage = <A extends { readonly caseId: string } | { readonly id: string }, E, R>(
  self: Stream.Stream<A, E, R>
) => Stream.Stream<A, E | SplitError, R>
