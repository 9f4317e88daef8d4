import type { Summary } from "../../metrics/aggregate.ts"
import type { Target } from "../../volume/sample.ts"

/** What happens while a network learns, in order. Logs, tables and curves are made of these. */
export type TrainEvent = StepEvent | EpochEvent | ValidationEvent | CheckpointEvent

/** One optimiser step was taken. */
export interface StepEvent {
  readonly kind: "step"
  /** How many by now. */
  readonly step: number
  /** How many there will be, unless training stops early. */
  readonly steps: number
  /** How many epochs were finished before it. */
  readonly epoch: number
  readonly loss: number
  readonly learningRate: number
  /** How long the engine took. */
  readonly milliseconds: number
}

export interface EpochEvent {
  readonly kind: "epoch"
  /** How many epochs are finished by now. */
  readonly epoch: number
  /** The mean over its steps. */
  readonly loss: number
}

/** How well a target is found. */
export interface TargetScores {
  /** Of all pixels together. */
  readonly dicePooled: Summary
  /** The mean over cases whose truth or prediction marks anything. */
  readonly dicePerCase: Summary
}

/** Where there are several targets, its scores are the means of theirs, of those that have one. */
export interface ValidationEvent extends TargetScores {
  readonly kind: "validation"
  readonly epoch: number
  /** The mean over its images, without auxiliary head. */
  readonly loss: number
  /** Of each target, where there are several. */
  readonly targets?: ReadonlyArray<TargetScores & { readonly target: Target }>
  /** What the best checkpoint is chosen by: the monitored one of these, smoothed where that was asked for. */
  readonly score: number
  readonly best: boolean
  /** Whether training ends here because the score has not improved for long enough. */
  readonly stopping: boolean
}

export interface CheckpointEvent {
  readonly kind: "checkpoint"
  readonly role: "last" | "best"
  readonly path: string
  readonly step: number
}
