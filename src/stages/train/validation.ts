import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { aggregate, type Summary, type Unit } from "../../metrics/aggregate.ts"
import type { Confusion } from "../../metrics/confusion.ts"
import { dice } from "../../metrics/overlap.ts"
import type { TrainPosition, TrainTensors } from "../../training/state.ts"
import type { Target } from "../../volume/sample.ts"
import { batch } from "../batch.ts"
import { type Dataset, samples } from "../cache/dataset.ts"
import { rateAt } from "./learningRate.ts"
import { casesOf, NonFiniteError } from "./trainError.ts"
import type { ValidationEvent } from "./trainEvent.ts"
import type { Trainer } from "./trainer.ts"
import type { TrainPlan } from "./trainOptions.ts"

/** The validation after an epoch, and the position with its score. */
export const validate = (trainer: Trainer, plan: TrainPlan, tensors: TrainTensors, position: TrainPosition) =>
  Effect.gen(function* () {
    const { epoch, step } = position
    const measured = yield* samples(plan.validation as Dataset).pipe(
      batch({ size: plan.microBatchSize }),
      Stream.buffer({ capacity: 1 }),
      Stream.mapEffect((each) =>
        Effect.ensuring(Effect.uninterruptible(trainer.validate(tensors, each)), Effect.yieldNow)
      ),
      Stream.runCollect
    )
    const seen = summarize(measured)
    const value = plan.monitor === "loss" ? seen.loss : seen[plan.monitor].value
    if (!Number.isFinite(seen.loss)) {
      const learningRate = yield* rateAt(plan, step - 1)
      const spoilt = measured.filter(({ loss }) => !Number.isFinite(loss))
      const caseIds = casesOf(spoilt.flatMap(({ units: [{ units }] }) => units))
      return yield* Effect.fail(new NonFiniteError({ what: "validation loss", step, epoch, learningRate, caseIds }))
    }
    const score = position.score === undefined ? value : plan.smoothing * position.score + (1 - plan.smoothing) * value
    const best = position.best === undefined || isBetter(plan, score, position.best.score)
    const after: TrainPosition = { ...position, score, ...(best && { best: { score, epoch } }) }
    const stopping = exhausted(plan, after)
    const event: ValidationEvent = { kind: "validation", epoch, ...seen, score, best, stopping }
    return { event, after }
  })

/** Whether the score has not improved for as long as it may. */
export const exhausted = ({ patience }: TrainPlan, { epoch, best }: TrainPosition): boolean =>
  best !== undefined && epoch - best.epoch >= patience

const isBetter = ({ monitor }: TrainPlan, score: number, before: number): boolean =>
  monitor === "loss" ? score < before : score > before

/** What was counted on a batch of a validation. */
interface Validated {
  /** The mean over its images. */
  readonly loss: number
  /** How many these are. */
  readonly size: number
  /** Of each target, image by image. */
  readonly units: ReadonlyArray<{
    readonly target: Target
    readonly units: ReadonlyArray<Unit<Confusion>>
  }>
}

/** A validation's numbers from those of its batches. */
const summarize = (
  batches: ReadonlyArray<Validated>
): Pick<ValidationEvent, "loss" | "dicePooled" | "dicePerCase" | "targets"> => {
  const images = batches.reduce((sum, { size }) => sum + size, 0)
  const loss = batches.reduce((sum, { loss, size }) => sum + loss * size, 0) / images
  const targets = batches[0].units.map(({ target }, k) => {
    const units = batches.flatMap((batch) => batch.units[k].units)
    return {
      target,
      dicePooled: aggregate(units, dice, { aggregation: "pooled", empty: "exclude" }),
      dicePerCase: aggregate(units, dice, { aggregation: "perCase", empty: "exclude" })
    }
  })
  const [{ dicePooled, dicePerCase }] = targets
  if (targets.length === 1) return { loss, dicePooled, dicePerCase }
  return {
    loss,
    dicePooled: meanOf(targets.map((each) => each.dicePooled)),
    dicePerCase: meanOf(targets.map((each) => each.dicePerCase)),
    targets
  }
}

/** The mean of summaries that have a value; NaN where none has. */
const meanOf = (summaries: ReadonlyArray<Summary>): Summary => {
  const sum = (of: (summary: Summary) => number, among = summaries) =>
    among.reduce((total, each) => total + of(each), 0)
  const valued = summaries.filter(({ value }) => !Number.isNaN(value))
  return {
    ...summaries[0],
    value: sum(({ value }) => value, valued) / valued.length,
    count: sum(({ count }) => count),
    excluded: sum(({ excluded }) => excluded),
    undefinedValues: sum(({ undefinedValues }) => undefinedValues)
  }
}
