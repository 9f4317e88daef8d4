import { keep, type Tensor1D } from "@tensorflow/tfjs-core"

/** How a network runs: with running statistics and no dropout, or as during training. */
export type Mode = Inference | Training

export interface Inference {
  readonly training: false
}

export interface Training {
  readonly training: true
  /** Randomness of this step for dropout. A tensor, so that a traced step takes it as an input (see `dropout`). */
  readonly key: Tensor1D
  readonly statistics: Statistics
}

/** Where batch norm leaves its new running statistics: the only thing a layer emits beside its result. */
export interface Statistics {
  /** The newest value of a running statistic: what was written for it, else itself. */
  readonly read: (statistic: Tensor1D) => Tensor1D
  readonly write: (statistic: Tensor1D, value: Tensor1D) => void
}

export const inference: Inference = { training: false }

/**
 * A collector of running statistics. Values are kept beyond the tape and tidy that they were made in; whoever collects
 * them owns them.
 */
export const collectStatistics = (): Statistics & { readonly updates: ReadonlyMap<Tensor1D, Tensor1D> } => {
  const updates = new Map<Tensor1D, Tensor1D>()
  return {
    updates,
    read: (statistic) => updates.get(statistic) ?? statistic,
    write: (statistic, value) => {
      // A layer applied more than once in a forward pass supersedes its own earlier value, which stays on the tape.
      updates.set(statistic, keep(value))
    }
  }
}
