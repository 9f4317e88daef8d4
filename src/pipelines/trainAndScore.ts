import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Backend } from "../backend/backend.ts"
import type { ConfigError, InputShapeError } from "../modules/errors.ts"
import type { Network } from "../modules/networks/network.ts"
import type { Networks } from "../modules/networks/registry.ts"
import { countParams, declared, type Spec } from "../modules/spec.ts"
import { checkWritable, Files, joinPath } from "../stages/files.ts"
import type { ModelError } from "../stages/model/modelFolder.ts"
import { saveModel } from "../stages/model/saveModel.ts"
import { historyOf, untimed } from "../stages/train/history.ts"
import { readLog, type TrainLogError } from "../stages/train/log.ts"
import type { TrainError } from "../stages/train/train.ts"
import { CheckpointError } from "../training/checkpoint.ts"
import { VERSION } from "../version.ts"
import { type AddressError, addressOf, textOf } from "./address.ts"
import { protocolChecked } from "./checkProtocol.ts"
import { type EvaluateError, evaluate } from "./evaluate.ts"
import { metricsOf } from "./metricsOf.ts"
import { type NetworkChoice, networkOf } from "./networkChoice.ts"
import { type PrepareError, type PrepareOptions, prepareCohort } from "./prepareCohort.ts"
import type { Protocol } from "./protocol.ts"
import { hasResult, KEPT, type Keep, type ProtocolResult, readResult, writeResult } from "./protocolResult.ts"
import { type CohortFacts, type CohortSource, surveyCohort } from "./surveyCohort.ts"
import { RUN_FILES, trainedModel, trainNetwork } from "./trainNetwork.ts"

export interface TrainAndScoreOptions extends Omit<PrepareOptions, "directory"> {
  /** Where the run is kept, and looked for to go on from. */
  readonly directory: string
  /** Where samples are cached, for this run and others. Default: `cache` in the directory. */
  readonly cache?: string
  /** What to keep besides the result. Default: nothing; checkpoints go when the result is there. */
  readonly keep?: Keep
  /** Networks beside those of this library, by the name that they carry. */
  readonly networks?: Networks
}

export type TrainAndScoreError =
  | PrepareError
  | TrainError
  | TrainLogError
  | CheckpointError
  | ModelError
  | EvaluateError
  | ConfigError
  | InputShapeError
  | AddressError

/**
 * Trains a network on a cohort and scores it on the patients that it has not seen, all by one protocol: load -> window -> slice
 * -> labelSplit -> split by patient -> cache -> augment -> train -> predict on all slices of the test patients -> restack -> score.
 *
 * The run lives in a directory. A call that was stopped goes on there, and fails with a `CheckpointError` where another run was
 * left unfinished; one that is finished gives its stored result and computes nothing, unless something that `keep` asks for is
 * missing. What is wrong with the protocol itself (see `checkProtocol`) and a directory that cannot be written into are told
 * before a case is read. Its parts are `prepareCohort`, `trainNetwork`, `trainedModel`, `evaluate` and `metricsOf`, to be put
 * together otherwise.
 *
 * @example
 * ```ts
 * const protocol = { ...agcafProtocol, size: [64, 64], epochs: 4 } as const
 * const result = await run(
 *   trainAndScore("lits/", protocol, agcafNet({ width: 16, auxiliary: true }), { directory: "runs/first" }),
 *   { layer: wasm, progress: true }
 * )
 * console.log(toMarkdown(metricsTable(result.metrics)))
 * ```
 */
export const trainAndScore: (
  source: CohortSource,
  protocol: Protocol,
  network: NetworkChoice,
  options: TrainAndScoreOptions
) => Effect.Effect<ProtocolResult, TrainAndScoreError, Backend | Files> = Effect.fn("trainAndScore")(
  function* (source, protocol, choice, options) {
    const { directory } = options
    const cache = options.cache ?? joinPath(directory, "cache")
    yield* protocolChecked(protocol)
    const network = yield* attempt<Network, ConfigError>(() => networkOf(choice, options.networks))
    yield* attempt<void, InputShapeError>(() => network.check([protocol.batchSize, ...protocol.size, 1]))
    // A finished run may lie where nothing can be written; whatever else does is told so before a case is read.
    if (!(yield* hasResult(directory))) yield* checkWritable(directory)
    const facts = options.facts ?? (yield* surveyCohort(source, { ...options, directory: cache }))
    const identity = yield* attempt<string, AddressError>(() => identityOf(facts, protocol, network))
    const known = yield* readResult(directory, identity, options.keep)
    return known ?? (yield* computeResult(source, protocol, network, identity, { ...options, facts, cache }))
  }
)

/** What `trainAndScore` does where there is no result yet. */
export const computeResult = Effect.fnUntraced(function* (
  source: CohortSource,
  protocol: Protocol,
  network: Network,
  identity: string,
  options: TrainAndScoreOptions & { readonly facts: CohortFacts; readonly cache: string }
): Effect.fn.Return<ProtocolResult, TrainAndScoreError, Backend | Files> {
  const { directory, cache, facts, keep = {} } = options
  yield* claim(directory, identity)
  const cohort = yield* prepareCohort(source, protocol, { ...options, directory: cache })
  yield* Stream.runDrain(
    yield* attempt<Training, TrainAndScoreError>(() => trainNetwork(cohort, network, protocol, options))
  )
  const model = yield* trainedModel(cohort, network, protocol, options)
  const masks = keep.masks === true ? { masks: joinPath(directory, KEPT.masks) } : {}
  const cases = yield* Stream.runCollect(
    evaluate(model, source, protocol, { ...options.load, cases: cohort.split.test, ...masks })
  )
  if (keep.model === true) yield* saveModel(joinPath(directory, KEPT.model), model, { overwrite: true })
  const result: ProtocolResult = {
    address: addressOf(identity),
    version: VERSION,
    cohort: facts.hash,
    protocol,
    network: { name: network.name, config: network.config, parameters: countParams(network.spec) },
    engine: (yield* Backend).description,
    split: cohort.split,
    leftOut: facts.leftOut,
    history: untimed(historyOf(yield* readLog(joinPath(directory, RUN_FILES.log)))),
    cases: cases.map((each) => (each.mask === undefined ? each : { ...each, mask: within(directory, each.mask) })),
    metrics: metricsOf(cases),
    files: {
      log: RUN_FILES.log,
      history: RUN_FILES.history,
      ...(keep.model === true && { model: KEPT.model }),
      ...(keep.masks === true && { masks: KEPT.masks })
    }
  }
  yield* writeResult(directory, identity, result)
  if (keep.checkpoints !== true) yield* (yield* Files).remove(joinPath(directory, RUN_FILES.checkpoints))
  return result
})

/** Enters in the directory what the run is of, unless another run was left there unfinished. */
const claim = Effect.fnUntraced(function* (directory: string, identity: string) {
  const files = yield* Files
  const path = joinPath(directory, IDENTITY)
  const found = (yield* files.stat(path)) === undefined ? undefined : decoder.decode(yield* files.read(path))
  if (found === identity) return
  const checkpoints = joinPath(directory, RUN_FILES.checkpoints)
  const kept = (yield* files.stat(checkpoints)) === undefined ? [] : yield* files.list(checkpoints)
  if (kept.some((name) => name.endsWith(".safetensors"))) {
    const reason = `it is of another run than ${path} would be: other cases, options or version`
    return yield* Effect.fail(new CheckpointError({ file: checkpoints, kind: "foreign", reason }))
  }
  yield* files.makeDirectory(directory)
  yield* files.write(path, encoder.encode(identity), { overwrite: true })
})

const encoder = new TextEncoder()
const decoder = new TextDecoder()

type Training = ReturnType<typeof trainNetwork>

const IDENTITY = "run.json"

/**
 * All that determines a result, as text. The folder of the cohort and the engine are not in it. A network is in it with its name,
 * its options and the parameters that it declares; the code of its `forward` cannot be.
 *
 * @throws AddressError for a network whose options are not plain data
 */
export const identityOf = (
  { hash }: Pick<CohortFacts, "hash">,
  protocol: Protocol,
  { name, config, spec }: Pick<Network, "name" | "config" | "spec">
): string =>
  textOf(`the protocol or the network ${name}`, {
    version: VERSION,
    cohort: hash,
    protocol,
    network: { name, config, parameters: parametersOf(spec) }
  })

/** A hash of every parameter's path, shape and start: of deep networks there are hundreds. */
const parametersOf = (spec: Spec): string => addressOf(JSON.stringify(declared(spec)))

/** A path as it is within a directory. */
const within = (directory: string, path: string): string => path.slice(joinPath(directory, "").length)

const attempt = <A, E>(f: () => A): Effect.Effect<A, E> => Effect.try({ try: f, catch: (error) => error as E })
