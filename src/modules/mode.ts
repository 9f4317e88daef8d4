import { add, clone, concat1d, keep, mul, split, type Tensor1D, tensor1d, tidy } from "@tensorflow/tfjs-core"

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

/** Where batch norm leaves what a batch shows of its running statistics: the only thing a layer emits beside its result. */
export interface Statistics {
  /** running <- keep running + take batch, once the pass is over. Tensors stay the caller's. */
  readonly observe: (running: Tensor1D, batch: Tensor1D, factors: Factors) => void
}

interface Factors {
  readonly keep: number
  readonly take: number
}

export interface CollectedStatistics extends Statistics {
  /** The value by now of each statistic that was observed, by the tensor that it replaces. */
  readonly updates: () => ReadonlyMap<unknown, Tensor1D>
  /** Frees all that was collected, and all that `updates` gave. */
  readonly dispose: () => void
}

export const inference: Inference = { training: false }

/**
 * Collects the running statistics of one forward pass, by the tensor that each replaces. A layer that runs several times in one
 * pass blends into its own earlier value.
 *
 * `updates` blends all that was observed since it was last asked, at once: a network has dozens of short vectors. What is
 * collected outlives the tidy and the tape that it was made in, until it is disposed of.
 *
 * @example
 * ```ts
 * import { clone } from "@tensorflow/tfjs-core"
 * const statistics = collectStatistics()
 * network.forward(params, x, { training: true, key: dropoutKey(key(1)), statistics })
 * const updates = statistics.updates()
 * const next = mapLeaves(params, (tensor) => clone(updates.get(tensor) ?? tensor))
 * statistics.dispose()
 * ```
 */
export const collectStatistics = (): CollectedStatistics => {
  const observed = new Map<Tensor1D, Array<Observation>>()
  let updates: ReadonlyMap<Tensor1D, Tensor1D> = new Map()
  let made: ReadonlyArray<Tensor1D> = []
  const forget = () => {
    for (const { batch } of [...observed.values()].flat()) batch.dispose()
    observed.clear()
  }
  return {
    observe: (running, batch, factors) => {
      const batches = observed.get(running) ?? []
      batches.push({ batch: keep(clone(batch)), ...factors })
      observed.set(running, batches)
    },
    updates: () => {
      if (observed.size === 0) return updates
      const newest = blend(observed, updates)
      made = [...made, ...newest.values()]
      forget()
      updates = new Map([...updates, ...newest])
      return updates
    },
    dispose: () => {
      forget()
      for (const value of made) value.dispose()
      made = []
      updates = new Map()
    }
  }
}

interface Observation extends Factors {
  readonly batch: Tensor1D
}

/** The first observation of every statistic at once, then every second one, as often as any was observed. */
const blend = (
  observed: ReadonlyMap<Tensor1D, ReadonlyArray<Observation>>,
  earlier: ReadonlyMap<Tensor1D, Tensor1D>
): ReadonlyMap<Tensor1D, Tensor1D> => {
  const newest = new Map<Tensor1D, Tensor1D>()
  const most = Math.max(0, ...[...observed.values()].map(({ length }) => length))
  tidy(() => {
    for (let round = 0; round < most; round++) {
      const seen = [...observed].flatMap(([running, all]) => (round < all.length ? [{ running, ...all[round] }] : []))
      const joined = (of: (each: (typeof seen)[number]) => Tensor1D) => concat1d(seen.map(of))
      const each = (factor: keyof Factors) =>
        tensor1d(seen.flatMap(({ batch, [factor]: value }) => Array.from({ length: batch.size }, () => value)))
      const before = joined(({ running }) => newest.get(running) ?? earlier.get(running) ?? running)
      const after = add(
        mul(before, each("keep")),
        mul(
          joined(({ batch }) => batch),
          each("take")
        )
      )
      const sizes = seen.map(({ batch }) => batch.size)
      for (const [i, part] of split<Tensor1D>(after, sizes).entries()) newest.set(seen[i].running, part)
    }
    for (const value of newest.values()) keep(value)
  })
  return newest
}
