import type { Summary } from "../../metrics/aggregate.ts"

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

export interface ValidationEvent {
  readonly kind: "validation"
  readonly epoch: number
  /** The mean over its images, without auxiliary head. */
  readonly loss: number
  /** Of all pixels together. */
  readonly dicePooled: Summary
  /** The mean over cases whose truth or prediction marks anything. */
  readonly dicePerCase: Summary
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
