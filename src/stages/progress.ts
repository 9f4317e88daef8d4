import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/** How far one piece of long work has come. */
export interface ProgressEvent {
  /** What is being done, such as `"load"`. */
  readonly task: string
  /** How many items are finished. */
  readonly done: number
  readonly total?: number
  /** The item now in hand, such as a case id. */
  readonly item?: string
}

/**
 * Where long work reports to: nowhere, unless a run says otherwise. `hepaflow/node` draws it on the terminal.
 *
 * @example
 * ```ts
 * Effect.provideService(program, Progress, (event) => Effect.log(`${event.done} of ${event.total}`))
 * ```
 */
export const Progress = Context.Reference<(event: ProgressEvent) => Effect.Effect<unknown>>(
  "hepaflow/stages/Progress",
  {
    defaultValue: () => () => Effect.void
  }
)

/** Tells whoever watches this run how far a task has come. */
export const progress = (event: ProgressEvent): Effect.Effect<void> =>
  Effect.flatMap(Progress, (report) => Effect.asVoid(report(event)))

/**
 * One line for a person: task, how many of how many, item, rate and time left.
 *
 * @param elapsed milliseconds since the task began.
 * @param options `before`: how many were done then, as of a run that goes on. Default 0.
 *
 * @example
 * ```ts
 * describeProgress({ task: "load", done: 12, total: 131, item: "volume-12" }, 24_000)
 * // => "load 12 of 131, volume-12, 0.50/s, 3 min 58 s left"
 * ```
 */
export const describeProgress = (
  event: ProgressEvent,
  elapsed: number,
  options: { readonly before?: number } = {}
): string => {
  const { done, item, task, total } = event
  const { before = 0 } = options
  const rate = elapsed > 0 ? ((done - before) * 1000) / elapsed : 0
  const parts = [`${task} ${done}${total === undefined ? "" : ` of ${total}`}`]
  if (done === total) parts.push(`in ${duration(elapsed)}`)
  else if (item !== undefined) parts.push(item)
  if (rate > 0) parts.push(`${rate < 10 ? rate.toFixed(2) : rate.toFixed(0)}/s`)
  if (rate > 0 && total !== undefined && done < total) parts.push(`${duration(((total - done) * 1000) / rate)} left`)
  return parts.join(", ")
}

const duration = (milliseconds: number): string => {
  const seconds = Math.round(milliseconds / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
