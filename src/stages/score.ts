import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { LitsCase } from "../metrics/litsCase.ts"
import type { Case } from "../volume/case.ts"
import { orientationOf } from "../volume/orientation.ts"
import type { LabelVolume } from "../volume/volume.ts"
import { type CaseFiles, LayoutError } from "./caseFiles.ts"
import type { FileError, Files } from "./files.ts"
import { type LoadOptions, load } from "./load.ts"
import { notify } from "./notices.ts"
import type { LoadError } from "./readCase.ts"
import type { CaseVolume } from "./restack.ts"
import {
  type CaseScore,
  checkScoreOptions,
  type ScoreOptions,
  scoreCase,
  scoreLitsCase,
  type Truth
} from "./scoreCase.ts"
import { make, type Stage, StageError, type StageOptions } from "./stage.ts"

/** Finds the truth about a case by its id; `truthIn` does for a folder. */
export type FindTruth<E, R> = (caseId: string) => Effect.Effect<Truth, E, R>

/**
 * Scores each predicted volume against the truth about its case; `scoreTables` makes tables of all of them. Two volumes are
 * in memory at a time. What does not fit fails, or is skipped, with a `StageError` that names the case; what is stored in
 * another voxel order than the truth is reported to `Notices` and compared by place.
 *
 * @throws StageOptionError for an option that is none, where the stage is made
 *
 * @example
 * ```ts
 * const cases = await run(predictions.pipe(restack("mask"), score(truthIn("lits/"), { target: "tumor" })))
 * console.log(toMarkdown(scoreTables(cases).summary))
 * ```
 */
export const score = <E, R>(
  truth: FindTruth<E, R>,
  options: ScoreOptions & Pick<StageOptions, "onFailure">
): Stage<CaseVolume<LabelVolume>, CaseScore, StageError | E, R> => {
  checkScoreOptions("score", options)
  return scored("score", truth, (found, volume) => scoreCase(found, volume, options), options)
}

/**
 * Measures each predicted label map (0 background, 1 liver, 2 tumour) as the LiTS challenge does; `litsScore` makes the score
 * of all of them, `litsTable` its table.
 *
 * @example
 * ```ts
 * const cases = await run(labelMaps.pipe(scoreLits(truthIn("lits/"))))
 * console.log(toMarkdown(litsTable(litsScore(cases))))
 * ```
 */
export const scoreLits = <E, R>(
  truth: FindTruth<E, R>,
  options: Pick<StageOptions, "onFailure"> = {}
): Stage<CaseVolume<LabelVolume>, LitsCase, StageError | E, R> => scored("scoreLits", truth, scoreLitsCase, options)

/**
 * The truth in a folder in LiTS or Decathlon layout, or in explicit pairs, read case by case as it is asked for.
 *
 * @example
 * ```ts
 * const { labels } = await run(truthIn("lits/")("volume-3")) // run from "hepaflow/node"
 * ```
 */
export const truthIn =
  (
    source: string | ReadonlyArray<CaseFiles>,
    options: Pick<LoadOptions, "maxLabel"> = {}
  ): FindTruth<LayoutError | LoadError | FileError, Files> =>
  (caseId) =>
    Effect.flatMap(
      Stream.runCollect(load(source, { ...options, cases: [caseId] })),
      ([found]: ReadonlyArray<Case>): Effect.Effect<Truth, LayoutError> =>
        found === undefined
          ? Effect.fail(new LayoutError({ source: String(source), problems: [`there is no case ${caseId}`] }))
          : Effect.succeed(found)
    )

const scored = <A, E, R>(
  stage: string,
  find: FindTruth<E, R>,
  measure: (truth: Truth, volume: LabelVolume) => A,
  options: Pick<StageOptions, "onFailure">
): Stage<CaseVolume<LabelVolume>, A, StageError | E, R> =>
  make(
    stage,
    ({ caseId, volume }) =>
      Effect.flatMap(find(caseId), (truth) =>
        Effect.andThen(
          tellReordered(stage, truth, volume),
          Effect.try({
            try: () => measure(truth, volume),
            catch: (cause) => new StageError({ stage, caseId, cause })
          })
        )
      ),
    options
  )

/** Headers may be wrong about their order, as some of LiTS are, so nothing is reordered in silence. */
const tellReordered = (stage: string, { id, labels, spacingTrusted }: Truth, { affine }: LabelVolume) => {
  if (labels === undefined || !spacingTrusted) return Effect.void
  const [found, expected] = [affine, labels.affine].map(orientationOf)
  if (found === expected) return Effect.void
  const message = `case ${id}: the prediction is stored as ${found}, the truth as ${expected}; voxels are compared by place`
  return notify({ kind: "warning", stage, caseId: id, message })
}
