import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import { Backend, type EngineError } from "../../backend/backend.ts"
import type { LossError } from "../../losses/loss.ts"
import type { InputShapeError } from "../../modules/errors.ts"
import type { ScheduleError } from "../../optim/schedule.ts"
import type { CheckpointError } from "../../training/checkpoint.ts"
import { disposeTensors, type TrainPosition } from "../../training/state.ts"
import type { Sample, ShapeError } from "../../volume/index.ts"
import { augment } from "../augment/augment.ts"
import { type Batch, batch } from "../batch.ts"
import type { CacheError } from "../cache/cacheError.ts"
import { type Dataset, order } from "../cache/dataset.ts"
import type { FileError, Files } from "../files.ts"
import { progress } from "../progress.ts"
import type { StageError } from "../stage.ts"
import { checkData } from "./checks.ts"
import { checkSizes } from "./imageSizes.ts"
import { rateAt } from "./learningRate.ts"
import { finiteSnapshot, openRun, type Run, saveAsBest, saveRun } from "./run.ts"
import { meansOf } from "./sampleMarks.ts"
import { casesOf, NonFiniteError, type TrainDataError } from "./trainError.ts"
import type { StepEvent, TrainEvent } from "./trainEvent.ts"
import { makeTrainer, type Trainer } from "./trainer.ts"
import { planOf, type TrainOptions, type TrainPlan } from "./trainOptions.ts"
import { exhausted, validate } from "./validation.ts"

export type TrainError =
  | TrainDataError
  | NonFiniteError
  | CheckpointError
  | EngineError
  | LossError
  | ScheduleError
  | InputShapeError
  | ShapeError
  | StageError
  | CacheError
  | FileError

/**
 * Trains a network on a dataset, by the paper's protocol unless told otherwise, and tells what happens as it happens.
 *
 * With a directory, the whole state is saved after each epoch, when the run is interrupted, and when it fails; the same
 * call then goes on from there, and gives the same bits as a run that was never stopped. The two newest checkpoints are
 * kept, and the one with the best validation score as `best.safetensors`; where that was lost, `Notices` are told when the
 * run goes on. `epochs` may be raised to go on. A step that was done when the run was stopped, and may not have been heard
 * of, is told again.
 *
 * The next batch is prepared while the engine computes. Tensors live from step to step within the stream alone.
 *
 * Fails before the first step with a `TrainDataError` for a set that is empty or marks nothing, with an `InputShapeError` for
 * images that the network cannot take or that differ in size, with a `StageError` for augmentation that fails, with a
 * `ScheduleError` for a step that has no learning rate, with a `CheckpointError` where the directory holds another run, and with
 * a `FileError` where nothing can be written into it; later with a `NonFiniteError`.
 *
 * @throws StageOptionError for an option that makes no run
 * @example
 * ```ts
 * const events = train(subset(dataset, split.train), {
 *   network: agcafNet({ width: 16 }),
 *   epochs: 40,
 *   validation: subset(dataset, split.validation),
 *   directory: "runs/first"
 * })
 * for await (const event of iterate(events, { layer: wasm })) if (event.kind === "validation") console.log(event.score)
 * ```
 */
export const train: {
  (
    dataset: Dataset,
    options: TrainOptions & { readonly directory?: never }
  ): Stream.Stream<TrainEvent, TrainError, Backend>
  (dataset: Dataset, options: TrainOptions): Stream.Stream<TrainEvent, TrainError, Backend | Files>
} = (dataset: Dataset, options: TrainOptions): Stream.Stream<TrainEvent, TrainError, never> => {
  const planned = planOf(dataset, options)
  const events = Stream.unwrap(
    Effect.gen(function* () {
      yield* Effect.try({ try: () => checkData(dataset, planned), catch: (error) => error as TrainDataError })
      yield* checkSizes(dataset, planned)
      const settings = { ...planned.settings, ...(yield* meansOf(dataset, planned.validation)) }
      const plan = { ...planned, settings }
      const trainer = makeTrainer(yield* Backend, plan)
      const run = yield* Effect.acquireRelease(openRun(trainer, plan), ({ tensors }) =>
        Effect.sync(() => disposeTensors(tensors))
      )
      // Whatever ends the stream, what was reached is kept. The first cause is what counts, so this one is only told.
      yield* Effect.addFinalizer((exit) => {
        // Who takes no more events has had the last one.
        if (Exit.isSuccess(exit)) run.untold = undefined
        return Effect.catch(Effect.asVoid(saveRun(trainer, plan, run)), (error) => Effect.logWarning(error.message))
      })
      const epochs = Array.from({ length: Math.max(0, plan.epochs - run.position.epoch) }, (_, i) => i)
      const going = Stream.fromIterable(epochs, { chunkSize: 1 }).pipe(
        Stream.takeWhile(() => !exhausted(plan, run.position)),
        Stream.flatMap(() => epochOf(trainer, plan, run, dataset))
      )
      return run.untold === undefined
        ? going
        : Stream.concat(tell(run, { ...run.untold, steps: plan.steps }, Effect.succeed([])), going)
    })
  )
  // Files are asked for only where there is a directory; the overloads say what else is.
  return events as Stream.Stream<TrainEvent, TrainError, never>
}

const epochOf = (trainer: Trainer, plan: TrainPlan, run: Run, dataset: Dataset) =>
  Stream.suspend(() =>
    batchesOf(plan, run.position, dataset).pipe(
      Stream.mapEffect((parts) => Effect.ensuring(stepOn(trainer, plan, run, parts), Effect.yieldNow)),
      Stream.flatMap((event) => tell(run, event, saveIfDue(trainer, plan, run))),
      Stream.concat(Stream.unwrap(Effect.suspend(() => finish(trainer, plan, run))))
    )
  )

/**
 * What happened is told before it is kept: a run that was killed between the two tells it again, while one that had kept it
 * first would never tell.
 */
const thenKeep = <E, R>(events: ReadonlyArray<TrainEvent>, keep: Effect.Effect<ReadonlyArray<TrainEvent>, E, R>) =>
  Stream.concat(Stream.fromIterable(events), Stream.fromIterableEffect(keep))

/** Tells of a step, and keeps what is due once it was heard of. */
const tell = <E, R>(run: Run, event: StepEvent, keep: Effect.Effect<ReadonlyArray<TrainEvent>, E, R>) =>
  thenKeep(
    [event],
    Effect.suspend(() => {
      run.untold = undefined
      return keep
    })
  )

/** The batches that are left of an epoch, each in the parts that the engine takes at once. */
const batchesOf = (plan: TrainPlan, { epoch, cursor }: TrainPosition, dataset: Dataset) => {
  const { seed, sampling, batchSize, microBatchSize, stepsPerEpoch, augmentation } = plan
  const places = order(dataset, { seed, epoch, sampling }).slice(cursor * batchSize, stepsPerEpoch * batchSize)
  const drawn: Stream.Stream<Sample, CacheError | FileError | StageError> =
    augmentation.length === 0
      ? dataset.stream(places)
      : dataset.stream(places).pipe(augment(augmentation, { seed, epoch }))
  return drawn.pipe(
    Stream.grouped(batchSize),
    Stream.mapEffect((group) => Stream.runCollect(batch({ size: microBatchSize })(Stream.fromIterable(group)))),
    Stream.buffer({ capacity: 1 })
  )
}

// Between a step's result and its place in the run nothing may interrupt, or its tensors would belong to nobody.
const stepOn = (trainer: Trainer, plan: TrainPlan, run: Run, parts: ReadonlyArray<Batch>) =>
  Effect.uninterruptible(
    Effect.gen(function* () {
      const { step, epoch, cursor, lossSum } = run.position
      const learningRate = yield* rateAt(plan, step)
      const began = performance.now()
      const { next, loss, finite } = yield* trainer.step(run.tensors, parts, step, learningRate)
      if (!(Number.isFinite(loss) && finite)) {
        disposeTensors(next)
        // Where it began from what is not finite, no image of the batch is to blame.
        yield* finiteSnapshot(trainer, plan, run.tensors, run.position)
        const what = Number.isFinite(loss) ? "parameters" : "loss"
        const caseIds = casesOf(parts.flatMap(({ ids }) => ids))
        return yield* Effect.fail(new NonFiniteError({ what, step: step + 1, epoch, learningRate, caseIds }))
      }
      disposeTensors(run.tensors)
      run.tensors = next
      run.position = { ...run.position, step: step + 1, cursor: cursor + 1, lossSum: lossSum + loss }
      const milliseconds = performance.now() - began
      const item = `epoch ${epoch + 1} of ${plan.epochs}, loss ${loss.toFixed(4)}`
      yield* progress({ task: "train", done: step + 1, total: plan.steps, item })
      const event: StepEvent = {
        kind: "step",
        step: step + 1,
        steps: plan.steps,
        epoch,
        loss,
        learningRate,
        milliseconds
      }
      run.untold = event
      return event
    })
  )

const saveIfDue = (trainer: Trainer, plan: TrainPlan, run: Run) =>
  Effect.suspend(() =>
    plan.saveEvery !== undefined && run.position.step % plan.saveEvery === 0
      ? saveRun(trainer, plan, run)
      : Effect.succeed([])
  )

/** What comes after the last step of an epoch. The position moves on only when all of it is done. */
const finish = (trainer: Trainer, plan: TrainPlan, run: Run) =>
  Effect.gen(function* () {
    const { position, tensors } = run
    const epoch = position.epoch + 1
    const loss = position.lossSum / position.cursor
    const ended: TrainPosition = { ...position, epoch, cursor: 0, lossSum: 0 }
    const seen = plan.validation === undefined ? undefined : yield* validate(trainer, plan, tensors, ended)
    const after = seen?.after ?? ended
    const events: ReadonlyArray<TrainEvent> = [
      { kind: "epoch", epoch, loss },
      ...(seen === undefined ? [] : [seen.event])
    ]
    const keep = Effect.gen(function* () {
      const best = seen?.event.best === true ? yield* saveAsBest(trainer, plan, tensors, after) : []
      run.position = after
      return [...best, ...(yield* saveRun(trainer, plan, run))]
    })
    return thenKeep(events, keep)
  })
