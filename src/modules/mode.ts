import { keep, type Tensor1D } from "@tensorflow/tfjs-core"

/** How a network runs: with running statistics and no dropout, or as during training. */
export type Mode = Inference | Training

export interface Inference {
  readonly training: false
}

export interface Training {
  readonly training: true
  /** The randomness of this step, from `dropoutKey`: a tensor, so that a traced step takes it as an input. */
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
 * Collects the running statistics of one forward pass, by the tensor that each replaces.
 *
 * The collected values outlive the tidy and the tape that they were made in; whoever collects them owns them. A layer
 * that runs several times in one pass replaces its own earlier value, which is freed.
 *
 * @example
 * ```ts
 * const statistics = collectStatistics()
 * network.forward(params, x, { training: true, key: dropoutKey(key(1)), statistics })
 * const next = mapLeaves(params, (tensor) => statistics.updates.get(tensor) ?? tensor)
 * ```
 */
export const collectStatistics = (): Statistics & { readonly updates: ReadonlyMap<unknown, Tensor1D> } => {
  const updates = new Map<unknown, Tensor1D>()
  return {
    updates,
    read: (statistic) => updates.get(statistic) ?? statistic,
    write: (statistic, value) => {
      updates.get(statistic)?.dispose()
      updates.set(statistic, keep(value))
    }
  }
}
