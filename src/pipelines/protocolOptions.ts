import type { Preprocessing } from "../stages/model/model.ts"
import type { TrainOptions } from "../stages/train/trainOptions.ts"
import type { Protocol } from "./protocol.ts"
import { lossOf, optimizerOf, scheduleOf, transformOf } from "./settings.ts"

/** What `train` is told under a protocol; for those who change one thing that a protocol has no name for. */
export const trainOptionsOf = (protocol: Protocol): Omit<TrainOptions, "network" | "directory" | "validation"> => {
  const { seed, epochs, batchSize, microBatchSize, auxiliaryWeight, sampling, monitor, patience, optimizer } = protocol
  return {
    seed,
    epochs,
    batchSize,
    auxiliaryWeight,
    sampling,
    monitor,
    loss: lossOf(protocol.loss),
    optimizer: optimizerOf(optimizer),
    schedule: (steps) => scheduleOf(protocol.schedule, { learningRate: optimizer.learningRate, steps, epochs }),
    augmentation: protocol.augmentation.map(transformOf),
    ...(microBatchSize !== undefined && { microBatchSize }),
    ...(patience !== undefined && { patience })
  }
}

/** What a model trained under a protocol carries along to prepare a CT, and to make masks of its answers. */
export const preprocessingOf = (protocol: Protocol): Preprocessing => {
  const { window, field, size, target, threshold, tiles, flips, postprocess } = protocol
  return {
    window,
    plane: "axial",
    ...(field && { field }),
    size,
    target,
    threshold,
    ...(tiles && { tiles }),
    ...(flips && { flips }),
    ...(postprocess.length > 0 && { postprocess })
  }
}
