import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { Backend } from "../backend/backend.ts"
import type { Network } from "../modules/networks/network.ts"
import type { FileError, Files } from "../stages/files.ts"
import { joinPath } from "../stages/files.ts"
import type { Model } from "../stages/model/model.ts"
import { loadBest, loadLast } from "../stages/train/checkpoints.ts"
import { logTo, type TrainLogError } from "../stages/train/log.ts"
import { type TrainError, train } from "../stages/train/train.ts"
import type { TrainEvent } from "../stages/train/trainEvent.ts"
import type { TrainOptions } from "../stages/train/trainOptions.ts"
import { CheckpointError } from "../training/checkpoint.ts"
import type { PreparedCohort } from "./prepareCohort.ts"
import type { Protocol } from "./protocol.ts"
import { lossOf, optimizerOf, scheduleOf, transformOf } from "./settings.ts"

/** What training writes in its directory. */
export const RUN_FILES = { checkpoints: "checkpoints", log: "log.jsonl", history: "history.csv" } as const

/**
 * Trains a network on a prepared cohort by a protocol. Checkpoints, a log of all events and a table of epochs are kept in the
 * directory; the same call goes on where it was stopped, and does nothing once training is finished.
 *
 * @throws StageOptionError for a setting that makes no run
 *
 * @example
 * ```ts
 * const events = trainNetwork(cohort, agcafNet({ width: 16 }), agcafProtocol, { directory: "runs/first" })
 * for await (const event of iterate(events, { layer: wasm })) if (event.kind === "epoch") console.log(event.loss)
 * ```
 */
export const trainNetwork = (
  { train: dataset, validation }: Pick<PreparedCohort, "train" | "validation">,
  network: Network,
  protocol: Protocol,
  { directory }: { readonly directory: string }
): Stream.Stream<TrainEvent, TrainError | FileError | TrainLogError, Backend | Files> =>
  train(dataset, {
    ...trainOptionsOf(protocol),
    network,
    directory: joinPath(directory, RUN_FILES.checkpoints),
    ...(validation && { validation })
  }).pipe(logTo(joinPath(directory, RUN_FILES.log), { history: joinPath(directory, RUN_FILES.history) }))

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

/**
 * The network that training left in a directory, with what it takes to use it: of the best epoch or the last, as the protocol
 * says. Fails with a `CheckpointError` where nothing was trained, or the best epoch was lost.
 */
export const trainedModel = Effect.fnUntraced(function* (
  { split }: Pick<PreparedCohort, "split">,
  network: Network,
  protocol: Protocol,
  { directory }: { readonly directory: string }
): Effect.fn.Return<Model, CheckpointError | FileError, Files> {
  const folder = joinPath(directory, RUN_FILES.checkpoints)
  const best = protocol.tested === "best" && split.validation.length > 0
  const last = (yield* loadLast(folder))?.snapshot
  const snapshot = best ? yield* loadBest(folder, last?.position) : last
  if (snapshot === undefined) {
    return yield* Effect.fail(
      new CheckpointError({ file: folder, kind: "missing", reason: "nothing was trained there" })
    )
  }
  const { window, field, size, target, threshold, tiles, flips, postprocess } = protocol
  const { epoch, step } = snapshot.position
  return {
    network,
    params: snapshot.params,
    preprocessing: {
      window,
      plane: "axial",
      ...(field && { field }),
      size,
      target,
      threshold,
      ...(tiles && { tiles }),
      ...(flips && { flips }),
      ...(postprocess.length > 0 && { postprocess })
    },
    training: { protocol, split, epoch, step }
  }
})
