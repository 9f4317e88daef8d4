import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { TaggedError } from "../../errors.ts"
import { toCsv } from "../../report/table.ts"
import { type FileError, Files } from "../files.ts"
import type { Stage } from "../stage.ts"
import { addEvent, type History, historyTable, NO_HISTORY, untimed } from "./history.ts"
import type { TrainEvent } from "./trainEvent.ts"

/** A file that is no log of training: which, and where. It is left as it is. */
export class TrainLogError extends TaggedError("TrainLogError")<{
  readonly path: string
  /** From 1. */
  readonly line: number
}> {
  override get message() {
    return `${this.path}: line ${this.line} is no event of training; choose another file for the log, or remove this one`
  }
}

export interface LogOptions {
  /** A file for the epochs as CSV, written anew after each. Default: none. */
  readonly history?: string
}

/**
 * Writes each event into a file as it comes, one line of JSON each, and passes it on.
 *
 * A run that goes on from a checkpoint goes on in the same file: what was told before, and is told again because it came
 * after the checkpoint, is replaced. A run that starts anew replaces all. A process that is killed leaves every line whole
 * but perhaps the last, which the next run removes; after a power cut the last few may be missing.
 *
 * Fails with a `TrainLogError` before the run begins where the file holds something else, and with a `FileError`.
 *
 * @example
 * ```ts
 * const events = train(dataset, { network, epochs: 40, directory: "runs/first" })
 * events.pipe(logTo("runs/first/log.jsonl", { history: "runs/first/history.csv" }))
 * ```
 */
export const logTo =
  (path: string, { history }: LogOptions = {}): Stage<TrainEvent, TrainEvent, FileError | TrainLogError, Files> =>
  (self) =>
    Stream.unwrap(
      Effect.gen(function* () {
        const files = yield* Files
        const before = yield* look(files, path)
        let told: History | undefined
        const add = Effect.fnUntraced(function* (event: TrainEvent) {
          if (told === undefined) told = yield* goOn(files, path, before, event)
          told = addEvent(told, event)
          yield* files.append(path, encoder.encode(lineOf(event)))
          if (history === undefined || (event.kind !== "epoch" && event.kind !== "validation")) return
          yield* makeParent(files, history)
          yield* files.write(history, encoder.encode(toCsv(historyTable(untimed(told.rows)))), { overwrite: true })
        })
        return Stream.tap(self, add)
      })
    )

/**
 * The events of a log, in order; none where there is no such file.
 *
 * Fails with a `TrainLogError` where the file holds something else.
 */
export const readLog = (path: string): Effect.Effect<ReadonlyArray<TrainEvent>, FileError | TrainLogError, Files> =>
  Effect.flatMap(Files, (files) => Effect.map(look(files, path), ({ events }) => events))

interface Found {
  readonly events: ReadonlyArray<TrainEvent>
  /** Whether more than whole lines is there. */
  readonly torn: boolean
}

const look = Effect.fnUntraced(function* (
  files: Files["Service"],
  path: string
): Effect.fn.Return<Found, FileError | TrainLogError> {
  if ((yield* files.stat(path)) === undefined) return { events: [], torn: false }
  const lines = decoder.decode(yield* files.read(path)).split("\n")
  const rest = lines.pop() ?? ""
  const events = lines.map(eventOf)
  const alien = events.indexOf(undefined)
  const line = alien >= 0 ? alien + 1 : rest.startsWith(HEAD) || HEAD.startsWith(rest) ? 0 : lines.length + 1
  if (line > 0) return yield* Effect.fail(new TrainLogError({ path, line }))
  return { events: events as ReadonlyArray<TrainEvent>, torn: rest !== "" }
})

/** Makes the file end where `next` belongs; gives the history up to there. */
const goOn = Effect.fnUntraced(function* (
  files: Files["Service"],
  path: string,
  { events, torn }: Found,
  next: TrainEvent
) {
  const end = events.findIndex((event) => !precedes(event, next))
  const kept = end < 0 ? events : events.slice(0, end)
  if (kept.length < events.length || torn) {
    yield* files.write(path, encoder.encode(kept.map(lineOf).join("")), { overwrite: true })
  } else if (events.length === 0) {
    yield* makeParent(files, path)
  }
  return kept.reduce(addEvent, NO_HISTORY)
})

/** Whether an event of an earlier run comes before the first of this run. A checkpoint's place is that of its step. */
const precedes = (event: TrainEvent, next: TrainEvent): boolean => {
  if (next.kind === "checkpoint") {
    if (event.kind === "step") return event.step <= next.step
    return event.kind !== "checkpoint" || event.step < next.step
  }
  if (event.kind === "step") return next.kind === "step" ? event.step < next.step : event.epoch < next.epoch
  if (event.kind === "checkpoint") return next.kind !== "step" || event.step < next.step
  // A step says how many epochs were finished before it, the others which one is finished now.
  return next.kind === "step" ? event.epoch <= next.epoch : event.epoch < next.epoch
}

const makeParent = (files: Files["Service"], path: string): Effect.Effect<void, FileError> => {
  const end = path.lastIndexOf("/")
  return end > 0 ? files.makeDirectory(path.slice(0, end)) : Effect.void
}

const lineOf = (event: TrainEvent): string => `${JSON.stringify(event)}\n`

const HEAD = '{"kind":"'

const eventOf = (line: string): TrainEvent | undefined => {
  try {
    // A score of nothing is NaN, which JSON writes as null.
    const event = JSON.parse(line, (_, value) => (value === null ? Number.NaN : value))
    return KINDS.has(event.kind) ? event : undefined
  } catch {
    return undefined
  }
}

const KINDS: ReadonlySet<unknown> = new Set<TrainEvent["kind"]>(["step", "epoch", "validation", "checkpoint"])

const encoder = new TextEncoder()
const decoder = new TextDecoder()
