import { crc32 } from "../../formats/crc32.ts"
import { dice } from "../../losses/dice.ts"
import type { Loss } from "../../losses/loss.ts"
import type { Network } from "../../modules/networks/network.ts"
import type { Params } from "../../modules/spec.ts"
import type { Optimizer } from "../../optim/optimizer.ts"
import { poly, type Schedule } from "../../optim/schedule.ts"
import { sgd } from "../../optim/sgd.ts"
import { fold, key } from "../../random/index.ts"
import type { Target } from "../../volume/sample.ts"
import { compose } from "../augment/compose.ts"
import type { Transform } from "../augment/transform.ts"
import type { Dataset, OrderOptions } from "../cache/dataset.ts"
import { StageOptionError } from "../stageOptionError.ts"
import { learningRateOf } from "./learningRate.ts"
import { hashOf } from "./sampleMarks.ts"

export interface TrainOptions {
  /** With one class for one target; for several, with one for each and one for the background before them. */
  readonly network: Network
  readonly epochs: number
  /** Of initial parameters, order, augmentation and dropout. Default 1. */
  readonly seed?: number
  /** Images a step. Default 8. What does not fill a last batch is left to other epochs, unless it is all there is. */
  readonly batchSize?: number
  /** Images that the engine takes at once, all of one size; a step's gradient is the mean over them. Default: the batch. */
  readonly microBatchSize?: number
  /** Default `dice()`; for several targets under softmax. A run is resumed with the same, as far as it is `described`. */
  readonly loss?: Loss
  /** alpha: the weight of the loss of the auxiliary head, where the network has one (Eq. 7). Default 0.4. */
  readonly auxiliaryWeight?: number
  /** Default SGD with momentum 0.9 and weight decay 4e-4. A run is resumed with the same, as far as it is `described`. */
  readonly optimizer?: Optimizer
  /** The learning rate of each step, given how many there will be. Default `(steps) => poly(0.05, { total: steps })`. */
  readonly schedule?: (steps: number) => Schedule
  /** Default `"uniform"`; see `order`. */
  readonly sampling?: NonNullable<OrderOptions["sampling"]>
  /** What changes each image and its mask, anew in every epoch. Default: nothing. */
  readonly augmentation?: ReadonlyArray<Transform>
  /** Parameters to start from in place of random ones; they are copied. */
  readonly initial?: Params
  /** Where checkpoints are kept, and looked for to go on from. Default: nowhere. */
  readonly directory?: string
  /** Saves every so many steps, besides after each epoch. */
  readonly saveEvery?: number
  /** Samples of other patients, looked at after each epoch. */
  readonly validation?: Dataset
  /** What the best checkpoint is chosen by. Default `"dicePooled"`. */
  readonly monitor?: "dicePooled" | "dicePerCase" | "loss"
  /** Smooths the score: s <- smoothing s + (1 - smoothing) new. Default 0, not at all. */
  readonly smoothing?: number
  /** Ends training when the score has not improved for so many epochs. Default: never. */
  readonly patience?: number
}

/** Options with all defaults filled in, and what follows from them. */
export interface TrainPlan extends Required<Omit<TrainOptions, Optional>>, Pick<TrainOptions, Optional> {
  readonly targets: ReadonlyArray<Target>
  readonly stepsPerEpoch: number
  readonly steps: number
  /** Throws a `ScheduleError` where a step has none. */
  readonly rate: Schedule
  /** What must be the same for a resumed run to give the same bits, as far as it can be said as plain data. */
  readonly settings: Readonly<Record<string, unknown>>
}

type Optional = "initial" | "directory" | "saveEvery" | "validation"

/**
 * The plan of a run.
 *
 * @throws StageOptionError for an option that makes no run
 */
export const planOf = (dataset: Dataset, options: TrainOptions): TrainPlan => {
  const { batchSize = 8 } = options
  const { microBatchSize = batchSize, patience = Number.POSITIVE_INFINITY, augmentation = [] } = options
  const { epochs, seed = 1, sampling = "uniform", monitor = "dicePooled", smoothing = 0, saveEvery } = options
  const { auxiliaryWeight = 0.4 } = options
  const { schedule = (steps) => poly(0.05, { total: steps }) } = options
  const positive = { epochs, batchSize, microBatchSize, ...(saveEvery !== undefined && { saveEvery }) }
  for (const [option, found] of Object.entries(positive)) {
    if (!(Number.isInteger(found) && found > 0)) throw refused(option, found, "a positive integer")
  }
  if (!SAMPLINGS.includes(sampling)) throw refused("sampling", sampling, SAMPLINGS.join(" or "))
  if (!MONITORS.includes(monitor)) throw refused("monitor", monitor, MONITORS.join(" or "))
  if (!Number.isFinite(auxiliaryWeight)) throw refused("auxiliaryWeight", auxiliaryWeight, "a number")
  if (!(patience > 0)) throw refused("patience", patience, "a number of epochs above 0")
  if (!(smoothing >= 0 && smoothing < 1)) throw refused("smoothing", smoothing, "at least 0 and below 1")
  if (!Number.isSafeInteger(seed)) throw refused("seed", seed, "an integer")
  const stepsPerEpoch = Math.max(1, Math.floor(dataset.length / batchSize))
  const steps = epochs * stepsPerEpoch
  const targets = [dataset.info[0]?.target ?? []].flat()
  const optimizer = options.optimizer ?? (sgd({ momentum: 0.9, weightDecay: 4e-4 }) as Optimizer)
  const loss = options.loss ?? dice({ activation: targets.length > 1 ? "softmax" : "sigmoid" })
  return {
    ...options,
    epochs,
    batchSize,
    microBatchSize,
    patience,
    augmentation,
    seed,
    sampling,
    monitor,
    smoothing,
    schedule,
    loss,
    auxiliaryWeight,
    optimizer,
    targets,
    stepsPerEpoch,
    steps,
    rate: learningRateOf(schedule, steps),
    settings: {
      batchSize,
      microBatchSize,
      sampling,
      augmentation: augmentation.map(({ name }) => name),
      augmentationDraws: drawsOf(augmentation, dataset),
      loss: loss.described ?? UNDESCRIBED,
      optimizer: optimizer.described ?? UNDESCRIBED,
      auxiliaryWeight,
      schedule: ratesOf(schedule, steps),
      ...(options.validation && { monitor, smoothing, validation: hashOf(options.validation) }),
      samples: hashOf(dataset)
    }
  }
}

const SAMPLINGS = ["uniform", "balanced"] as const
const MONITORS = ["dicePooled", "dicePerCase", "loss"] as const
const UNDESCRIBED = "one of its own"

/** Learning rates at a few of so many steps, which tell one schedule from another. */
export const ratesOf = (schedule: TrainPlan["schedule"], steps: number) => {
  const places = [0, 0.25, 0.5, 0.75, 1].map((part) => Math.floor(part * (steps - 1)))
  // Powers and cosines differ in their last digits from one machine to another.
  return { steps, rates: places.map((step) => orNothing(() => schedule(steps)(step).toPrecision(10))) }
}

/** What transforms draw for a sample, hashed: it tells one set of their options from another. */
const drawsOf = (augmentation: ReadonlyArray<Transform>, { info: [sample] }: Dataset) =>
  orNothing(() => {
    if (augmentation.length === 0 || sample === undefined) return null
    const { height, width, spacing } = sample
    const all = compose(augmentation)
    const draws = Array.from({ length: 64 }, (_, i) => all.params(fold(key(i), "settings"), { height, width, spacing }))
    return crc32(new TextEncoder().encode(JSON.stringify(draws)))
  })

/** What cannot be told before the run is told by the run. */
const orNothing = <A>(f: () => A): A | null => {
  try {
    return f()
  } catch {
    return null
  }
}

const refused = (option: string, found: unknown, expected: string) =>
  new StageOptionError({ stage: "train", option, found, expected })
