import * as Effect from "effect/Effect"
import { type Dataset, subset } from "../stages/cache/dataset.ts"
import { type CacheError, cache } from "../stages/cache/index.ts"
import type { LayoutError } from "../stages/caseFiles.ts"
import type { FileError, Files } from "../stages/files.ts"
import { labelSplit } from "../stages/labelSplit.ts"
import { load } from "../stages/load.ts"
import type { LoadError } from "../stages/readCase.ts"
import { slice } from "../stages/slice.ts"
import { kFold, type Split, type SplitError, splitCases } from "../stages/split.ts"
import type { StageError } from "../stages/stage.ts"
import { window } from "../stages/window.ts"
import { type ProtocolRefusal, protocolChecked } from "./checkProtocol.ts"
import { checkSplitSetting } from "./checkSplitSetting.ts"
import type { Protocol } from "./protocol.ts"
import { type CohortFacts, type CohortSource, type SurveyOptions, surveyCohort } from "./surveyCohort.ts"

/** A cohort split by patient, with the samples to train and validate on. */
export interface PreparedCohort {
  readonly source: CohortSource
  readonly facts: CohortFacts
  readonly split: Split
  readonly train: Dataset
  /** Not there where the split keeps no patient for it. */
  readonly validation?: Dataset
}

export interface PrepareOptions extends SurveyOptions {
  /** What `surveyCohort` found, where it is known. */
  readonly facts?: CohortFacts
  /** Bytes of samples that may be held in memory. Default 1 GiB. */
  readonly memory?: number
}

export type PrepareError = LayoutError | LoadError | FileError | SplitError | StageError | ProtocolRefusal | CacheError

/**
 * The first half of a protocol: survey -> split, and load -> window -> slice -> labelSplit -> cache. With a directory nothing is
 * decoded twice, by whichever run: the samples of all patients are cached once for each window, size and target.
 *
 * @example
 * ```ts
 * const cohort = await run(prepareCohort("lits/", agcafProtocol, { directory: "cache" })) // run from "hepaflow/node"
 * console.log(cohort.split.test, cohort.train.length)
 * ```
 */
export const prepareCohort: (
  source: CohortSource,
  protocol: Protocol,
  options?: PrepareOptions
) => Effect.Effect<PreparedCohort, PrepareError, Files> = Effect.fn("prepareCohort")(function* (
  source,
  protocol,
  options = {}
) {
  const { directory, memory } = options
  const { field = "scan", keep, size } = protocol
  yield* protocolChecked(protocol)
  const facts = options.facts ?? (yield* surveyCohort(source, options))
  const split = yield* Effect.try({
    try: () => splitOf(facts, protocol),
    catch: (error) => error as SplitError
  })
  const samples = load(source, { ...options.load, cases: facts.cases.map(({ id }) => id) }).pipe(
    window(protocol.window),
    slice({ field, size, keep }),
    labelSplit(protocol.target)
  )
  const dataset = yield* samples.pipe(cache({ ...(directory && { directory }), ...(memory && { memory }) }))
  return {
    source,
    facts,
    split,
    train: subset(dataset, split.train),
    ...(split.validation.length > 0 && { validation: subset(dataset, split.validation) })
  }
})

/**
 * Which patients train, validate and test under a protocol.
 *
 * @throws SplitError for a cohort that cannot be split so, or a protocol that leaves no patient to test
 */
export const splitOf = ({ cases }: CohortFacts, { split: setting }: Pick<Protocol, "split">): Split => {
  checkSplitSetting(setting)
  if ("ratios" in setting) return splitCases(cases, setting)
  const { fold, folds, seed } = setting
  return kFold(cases, { folds, seed })[fold]
}
