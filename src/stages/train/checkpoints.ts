import * as Effect from "effect/Effect"
import { CheckpointError, decodeCheckpoint, encodeCheckpoint, type Snapshot } from "../../training/checkpoint.ts"
import type { TrainPosition } from "../../training/state.ts"
import { type FileError, Files, joinPath } from "../files.ts"
import { notify } from "../notices.ts"

const NAME = /^checkpoint-(\d+)\.safetensors$/
const BEST = "best.safetensors"

/** The newest, and the one before it for the case that the newest is damaged. */
const KEPT = 2

/** Epochs finished come first, so that what an epoch's end adds to its last step is newer than that step. */
const nameOf = ({ position: { step, epoch } }: Snapshot): string =>
  `checkpoint-${String(step).padStart(9, "0")}${String(epoch).padStart(6, "0")}.safetensors`

/** Writes the newest checkpoint of a directory and removes all but the one before it; gives its path. */
export const saveLast = (directory: string, snapshot: Snapshot): Effect.Effect<string, FileError, Files> =>
  Effect.gen(function* () {
    const files = yield* Files
    const path = joinPath(directory, nameOf(snapshot))
    yield* files.makeDirectory(directory)
    yield* files.write(path, encodeCheckpoint(snapshot), { overwrite: true })
    for (const name of newestFirst(yield* files.list(directory)).slice(KEPT)) {
      yield* files.remove(joinPath(directory, name))
    }
    return path
  })

/** Writes the best checkpoint of a directory, in place of the best before; gives its path. */
export const saveBest = (directory: string, snapshot: Snapshot): Effect.Effect<string, FileError, Files> =>
  Effect.gen(function* () {
    const files = yield* Files
    const path = joinPath(directory, BEST)
    yield* files.makeDirectory(directory)
    yield* files.write(path, encodeCheckpoint(snapshot), { overwrite: true })
    return path
  })

export interface FoundCheckpoint {
  readonly path: string
  readonly snapshot: Snapshot
}

/**
 * The newest whole checkpoint of a directory; nothing where there is none. A damaged one is reported to `Notices` and the
 * one before is taken. Fails with a `CheckpointError` where all are damaged, or one is of another version or of something else.
 */
export const loadLast = (
  directory: string
): Effect.Effect<FoundCheckpoint | undefined, CheckpointError | FileError, Files> =>
  Effect.gen(function* () {
    const files = yield* Files
    if ((yield* files.stat(directory)) === undefined) return undefined
    let damaged: CheckpointError | undefined
    for (const name of newestFirst(yield* files.list(directory))) {
      const path = joinPath(directory, name)
      const found = yield* Effect.result(readCheckpoint(path))
      if (found._tag === "Success") return { path, snapshot: found.success }
      const error = found.failure
      if (error._tag !== "CheckpointError" || error.kind !== "damaged") return yield* Effect.fail(error)
      damaged ??= error
      const message = `${path} is damaged and left aside: ${error.reason}`
      yield* notify({ kind: "warning", stage: "train", caseId: name, message, error })
    }
    return damaged === undefined ? undefined : yield* Effect.fail(damaged)
  })

/**
 * The checkpoint with the best validation score of a directory; given where its run has come to, the one that the run knows of.
 * Fails with a `CheckpointError` where it is missing, damaged, or of another epoch.
 */
export const loadBest = (
  directory: string,
  position?: TrainPosition
): Effect.Effect<Snapshot, CheckpointError | FileError, Files> =>
  Effect.gen(function* () {
    const file = joinPath(directory, BEST)
    const found = yield* Effect.mapError(readCheckpoint(file), (error) => {
      if (error._tag !== "FileError" || error.problem !== "missing") return error
      const reason = "it is not there: no validation has chosen one, or it was lost"
      return new CheckpointError({ file, kind: "missing", reason, cause: error })
    })
    if (position?.best === undefined) return found
    const { best, epoch } = found.position
    // A run that was killed after it had written its best comes to that epoch again.
    if (epoch > position.epoch) return found
    if (best?.epoch === position.best.epoch && Object.is(best.score, position.best.score)) return found
    const reason = `it is not of epoch ${position.best.epoch}, the best of this run`
    return yield* Effect.fail(new CheckpointError({ file, kind: "foreign", reason }))
  })

/**
 * Sees to the best checkpoint of a directory when a run goes on from its newest: where both are of one epoch it is written
 * again, and else it is reported to `Notices` that it is lost.
 */
export const restoreBest = (directory: string, newest: Snapshot): Effect.Effect<void, FileError, Files> =>
  Effect.gen(function* () {
    const { best, epoch, cursor } = newest.position
    if (best === undefined) return
    const found = yield* Effect.result(loadBest(directory, newest.position))
    if (found._tag === "Success") return
    if (best.epoch === epoch && cursor === 0) {
      yield* saveBest(directory, newest)
      return
    }
    const error = found.failure
    const message = `the best epoch so far, ${best.epoch}, is lost, and only a better one will take its place: ${error.message}`
    yield* notify({ kind: "warning", stage: "train", caseId: BEST, message, error })
  })

/** The checkpoint in a file. */
export const readCheckpoint = (path: string): Effect.Effect<Snapshot, CheckpointError | FileError, Files> =>
  Effect.gen(function* () {
    const bytes = yield* (yield* Files).read(path)
    return yield* Effect.try({ try: () => decodeCheckpoint(bytes, path), catch: (error) => error as CheckpointError })
  })

const newestFirst = (names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names
    .filter((name) => NAME.test(name))
    .sort()
    .reverse()
