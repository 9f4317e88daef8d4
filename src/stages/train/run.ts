import * as Effect from "effect/Effect"
import type { EngineError } from "../../backend/backend.ts"
import type { ScheduleError } from "../../optim/schedule.ts"
import { CheckpointError, type Snapshot } from "../../training/checkpoint.ts"
import { startOf, type TrainPosition, type TrainTensors } from "../../training/state.ts"
import { checkWritable, type FileError, type Files } from "../files.ts"
import { loadLast, restoreBest, saveBest, saveLast } from "./checkpoints.ts"
import { checkRates, checkResumable } from "./checks.ts"
import { rateAt } from "./learningRate.ts"
import { NonFiniteError } from "./trainError.ts"
import type { CheckpointEvent, StepEvent } from "./trainEvent.ts"
import type { Trainer } from "./trainer.ts"
import type { TrainPlan } from "./trainOptions.ts"
import { exhausted } from "./validation.ts"

/** A run under way: the one place where training's state changes. */
export interface Run {
  tensors: TrainTensors
  position: TrainPosition
  /** The last position on disk. */
  saved?: TrainPosition
  /** The last step, until whoever listens has asked for more. */
  untold: StepEvent | undefined
}

/** A run as its directory has it, or at its beginning. Fails where it cannot go on, or could not be kept. */
export const openRun = (
  trainer: Trainer,
  plan: TrainPlan
): Effect.Effect<Run, CheckpointError | ScheduleError | FileError | EngineError, Files> =>
  Effect.gen(function* () {
    const { directory } = plan
    const found = directory === undefined ? undefined : yield* loadLast(directory)
    const position = found?.snapshot.position ?? startOf(plan.seed)
    if (directory !== undefined && found !== undefined) {
      yield* attempt<CheckpointError>(() => checkResumable(found.snapshot, plan, found.path))
      yield* restoreBest(directory, found.snapshot)
    }
    if (!isOver(plan, position)) {
      yield* attempt<ScheduleError>(() => checkRates(plan, position.step))
      // An epoch may take hours, and only then is anything kept.
      if (directory !== undefined) yield* checkWritable(directory)
    }
    if (found === undefined) return { tensors: yield* trainer.begin, position, untold: undefined }
    const tensors = yield* trainer.resume(found.snapshot)
    const untold = found.snapshot.untold as StepEvent | undefined
    if (tensors !== undefined) return { tensors, position, saved: position, untold }
    const reason = "it was made with another optimiser"
    return yield* Effect.fail(new CheckpointError({ file: found.path, kind: "foreign", reason }))
  })

const isOver = (plan: TrainPlan, position: TrainPosition): boolean =>
  position.epoch >= plan.epochs || exhausted(plan, position)

/** Saves what was reached, unless nothing was since the last time. */
export const saveRun = (trainer: Trainer, plan: TrainPlan, run: Run) =>
  Effect.gen(function* () {
    const { directory } = plan
    const { position, untold } = run
    if (directory === undefined || position === run.saved || position.step === 0) return []
    const snapshot = yield* finiteSnapshot(trainer, plan, run.tensors, position)
    const path = yield* saveLast(directory, { ...snapshot, ...(untold && { untold }) })
    run.saved = position
    const event: CheckpointEvent = { kind: "checkpoint", role: "last", path, step: position.step }
    return [event]
  })

/** Saves the state after an epoch as the best. */
export const saveAsBest = (trainer: Trainer, plan: TrainPlan, tensors: TrainTensors, position: TrainPosition) =>
  Effect.gen(function* () {
    if (plan.directory === undefined) return []
    const path = yield* saveBest(plan.directory, yield* finiteSnapshot(trainer, plan, tensors, position))
    const event: CheckpointEvent = { kind: "checkpoint", role: "best", path, step: position.step }
    return [event]
  })

/** A snapshot that is worth keeping: all of it is looked at, where a step looks at what tells most. */
export const finiteSnapshot = (
  trainer: Trainer,
  plan: TrainPlan,
  tensors: TrainTensors,
  position: TrainPosition
): Effect.Effect<Snapshot, EngineError | ScheduleError | NonFiniteError> =>
  Effect.gen(function* () {
    const snapshot = yield* trainer.snapshot(tensors, position)
    const all = [...snapshot.params.values()]
    if (all.every(({ data }) => data.every(Number.isFinite))) return snapshot
    const { step, epoch } = position
    const learningRate = yield* rateAt(plan, Math.max(0, step - 1))
    return yield* Effect.fail(new NonFiniteError({ what: "parameters", step, epoch, learningRate, caseIds: [] }))
  })

const attempt = <E>(f: () => void): Effect.Effect<void, E> => Effect.try({ try: f, catch: (error) => error as E })
