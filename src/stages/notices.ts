import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/** Something about one case that the run went on in spite of: it was skipped, or its data should be used with care. */
export interface Notice {
  readonly kind: "skipped" | "warning"
  readonly stage: string
  readonly caseId: string
  readonly message: string
  /** Of a skipped case: the error that would have stopped the run. */
  readonly error?: unknown
}

/**
 * Where notices go: to Effect's logger as warnings, unless a run collects them.
 *
 * @example
 * ```ts
 * const notices: Array<Notice> = []
 * const skipped = Effect.provideService(program, Notices, (notice) => Effect.sync(() => notices.push(notice)))
 * ```
 */
export const Notices = Context.Reference<(notice: Notice) => Effect.Effect<unknown>>("hepaflow/stages/Notices", {
  defaultValue: () => (notice) => Effect.logWarning(`${notice.stage}: ${notice.message}`)
})

/** Sends a notice to whoever listens to this run. */
export const notify = (notice: Notice): Effect.Effect<void> =>
  Effect.flatMap(Notices, (report) => Effect.asVoid(report(notice)))
