import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import type { Backend } from "../../backend/backend.ts"
import type { LayoutError } from "../../stages/caseFiles.ts"
import { type FileError, type Files, joinPath } from "../../stages/files.ts"
import { progress } from "../../stages/progress.ts"
import type { LoadError } from "../../stages/readCase.ts"
import { addressOf } from "../address.ts"
import { networkOf } from "../networkChoice.ts"
import { type ProtocolResult, readResult } from "../protocolResult.ts"
import { type CohortFacts, surveyCohort } from "../surveyCohort.ts"
import { computeResult, identityOf, type TrainAndScoreOptions } from "../trainAndScore.ts"
import { type Cell, cellInWords, cellsOf, type Study, type StudyError } from "./study.ts"

/** What happens to the cells of a study, in order; every cell ends in one outcome. */
export type StudyEvent = CellStarted | Outcome

export interface CellStarted {
  readonly kind: "started"
  readonly cell: Cell
  /** How many cells have come to an end, and how many there are. */
  readonly done: number
  readonly total: number
}

/** How a cell ended. `reused`: its result was there already. */
export type Outcome = CellDone | CellFailed

export interface CellDone {
  readonly kind: "finished" | "reused"
  readonly cell: Cell
  readonly done: number
  readonly total: number
  readonly result: ProtocolResult
  /** The folder of its result, within that of the study. */
  readonly folder: string
}

export interface CellFailed {
  readonly kind: "failed"
  readonly cell: Cell
  readonly done: number
  readonly total: number
  readonly error: CellError
}

/** An error as plain data. */
export interface CellError {
  readonly tag: string
  readonly message: string
}

export interface StudyOptions extends Omit<TrainAndScoreOptions, "facts" | "cache"> {
  /** Where samples are cached. Default: `cache` in the directory. */
  readonly cache?: string
}

/**
 * Runs a study, one cell after another, and tells what happens as it happens.
 *
 * A cell lives in `cells/ADDRESS` of the directory, its address being a hash of all that determines it: the contents of the
 * cohort, the protocol, the network's options and parameters, the version of this library. So a study that is stopped goes on,
 * within a cell too; one that is extended computes what is new; studies that share a directory share cells, as do people who
 * exchange it. A result that is damaged is told to `Notices` and computed anew. A cell that fails is told in its place, the others
 * go on, and it is tried again the next time.
 *
 * Fails itself only before the first cell: for a study that is none, for a protocol that cannot be carried out (see
 * `checkProtocol`), or for a cohort that cannot be read.
 *
 * @example
 * ```ts
 * const study = ablationStudy("lits/", { scale: "small", seeds: [1, 2, 3] })
 * const outcomes = await run(outcomesOf(runStudy(study, { directory: "studies" })), { layer: wasm, progress: true })
 * console.log(summarize(outcomes))
 * ```
 */
export const runStudy = (
  study: Study,
  options: StudyOptions
): Stream.Stream<StudyEvent, StudyError | LayoutError | LoadError | FileError, Backend | Files> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const cells = yield* Effect.try({ try: () => cellsOf(study), catch: (error) => error as StudyError })
      const cache = options.cache ?? joinPath(options.directory, "cache")
      const facts = yield* surveyCohort(study.cohort, { ...options, directory: cache })
      return Stream.fromIterable(cells.entries(), { chunkSize: 1 }).pipe(
        Stream.flatMap(([done, cell]) => {
          const place = { cell, total: cells.length }
          const task = { task: `study ${study.name}`, total: cells.length, item: cellInWords(cell) }
          return Stream.concat(
            Stream.fromEffect(
              Effect.as(progress({ ...task, done }), { kind: "started", ...place, done } satisfies CellStarted)
            ),
            Stream.fromEffect(
              Effect.map(
                runCell(study, cell, facts, { ...options, cache }),
                (outcome): Outcome => ({ ...outcome, ...place, done: done + 1 })
              )
            )
          )
        }),
        Stream.onEnd(progress({ task: `study ${study.name}`, done: cells.length, total: cells.length }))
      )
    })
  )

/** The outcomes of a study, when it has come to its end. */
export const outcomesOf = <E, R>(
  events: Stream.Stream<StudyEvent, E, R>
): Effect.Effect<ReadonlyArray<Outcome>, E, R> =>
  Effect.map(Stream.runCollect(events), (all) => all.filter((event) => event.kind !== "started"))

/** Those of the outcomes that have a result. */
export const doneOf = (outcomes: ReadonlyArray<Outcome>): ReadonlyArray<CellDone> =>
  outcomes.filter((outcome) => outcome.kind !== "failed")

type Ended = Pick<CellDone, "kind" | "result" | "folder"> | Pick<CellFailed, "kind" | "error">

/** Runs a cell, or finds its result. Whatever goes wrong, but for interruption, is its outcome. */
const runCell = (
  study: Study,
  { network: choice, protocol }: Cell,
  facts: CohortFacts,
  options: StudyOptions & { readonly cache: string }
): Effect.Effect<Ended, never, Backend | Files> =>
  Effect.gen(function* () {
    const network = networkOf(choice, options.networks)
    const identity = identityOf(facts, protocol, network)
    const folder = `cells/${addressOf(identity)}`
    const directory = joinPath(options.directory, folder)
    const known = yield* readResult(directory, identity, options.keep)
    if (known !== undefined) return { kind: "reused", result: known, folder } as const
    const result = yield* computeResult(study.cohort, protocol, network, identity, { ...options, directory, facts })
    return { kind: "finished", result, folder } as const
  }).pipe(
    Effect.exit,
    Effect.flatMap((exit): Effect.Effect<Ended> => {
      if (Exit.isSuccess(exit)) return Effect.succeed(exit.value)
      if (Cause.hasInterruptsOnly(exit.cause)) return Effect.failCause(exit.cause as Cause.Cause<never>)
      return Effect.succeed({ kind: "failed", error: errorOf(Cause.squash(exit.cause)) })
    })
  )

const errorOf = (error: unknown): CellError => {
  if (!(error instanceof Error)) return { tag: "Unknown", message: String(error) }
  return { tag: "_tag" in error ? String(error._tag) : error.name, message: error.message }
}
