import { TaggedError } from "../../errors.ts"

/** Samples that nothing can be learned from. Said before the first step. */
export class TrainDataError extends TaggedError("TrainDataError")<{
  readonly set: "training" | "validation"
  readonly reason: string
}> {
  override get message() {
    return `train: the ${this.set} set ${this.reason}`
  }
}

/** Training left the numbers: when, at which rate, on which images. What was reached before the step is kept. */
export class NonFiniteError extends TaggedError("NonFiniteError")<{
  readonly what: "loss" | "validation loss" | "parameters"
  /** Of the optimiser step, numbered as the events are; of a validation or a checkpoint, the last one before. */
  readonly step: number
  /** Epochs finished before. */
  readonly epoch: number
  readonly learningRate: number
  /** The cases in the batch; of a validation, in those batches whose loss is not finite. None where it cannot be told. */
  readonly caseIds: ReadonlyArray<string>
}> {
  override get message() {
    const what = this.what === "parameters" ? "parameters are" : `${this.what} is`
    const cases = this.caseIds.length === 0 ? "" : `, cases ${this.caseIds.join(", ")}`
    return (
      `train: the ${what} not finite at step ${this.step} (epoch ${this.epoch}, learning rate ` +
      `${this.learningRate}${cases}); look at these images, or use a lower learning rate or clip the gradients`
    )
  }
}

/** The cases of slices, each once. */
export const casesOf = (slices: ReadonlyArray<{ readonly caseId: string }>): ReadonlyArray<string> => [
  ...new Set(slices.map(({ caseId }) => caseId))
]
