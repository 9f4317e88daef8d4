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
import { CheckpointError } from "../training/checkpoint.ts"
import { checkProtocol, type ProtocolRefusal, protocolChecked } from "./checkProtocol.ts"
import type { PreparedCohort } from "./prepareCohort.ts"
import type { Protocol } from "./protocol.ts"
import { preprocessingOf, trainOptionsOf } from "./protocolOptions.ts"

/** What training writes in its directory. */
export const RUN_FILES = { checkpoints: "checkpoints", log: "log.jsonl", history: "history.csv" } as const

/**
 * Trains a network on a prepared cohort by a protocol. Checkpoints, a log of all events and a table of epochs are kept in the
 * directory; the same call goes on where it was stopped, and does nothing once training is finished.
 *
 * @throws ProtocolRefusal for a protocol that cannot be carried out
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
): Stream.Stream<TrainEvent, TrainError | FileError | TrainLogError, Backend | Files> => {
  checkProtocol(protocol)
  return train(dataset, {
    ...trainOptionsOf(protocol),
    network,
    directory: joinPath(directory, RUN_FILES.checkpoints),
    ...(validation && { validation })
  }).pipe(logTo(joinPath(directory, RUN_FILES.log), { history: joinPath(directory, RUN_FILES.history) }))
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
): Effect.fn.Return<Model, CheckpointError | FileError | ProtocolRefusal, Files> {
  yield* protocolChecked(protocol)
  const folder = joinPath(directory, RUN_FILES.checkpoints)
  const best = protocol.tested === "best" && split.validation.length > 0
  const last = (yield* loadLast(folder))?.snapshot
  const snapshot = best ? yield* loadBest(folder, last?.position) : last
  if (snapshot === undefined) {
    return yield* Effect.fail(
      new CheckpointError({ file: folder, kind: "missing", reason: "nothing was trained there" })
    )
  }
  const { epoch, step } = snapshot.position
  return {
    network,
    params: snapshot.params,
    preprocessing: preprocessingOf(protocol),
    training: { protocol, split, epoch, step }
  }
})
