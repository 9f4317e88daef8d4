import type * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { Compression } from "../stages/compression.ts"
import { Decompression } from "../stages/decompression.ts"
import type { Files } from "../stages/files.ts"
import { PhantomMakers } from "../stages/phantomMaker.ts"
import { iterate as iterateAnywhere, type RunArguments, type RunOptions, run as runAnywhere } from "../stages/run.ts"
import { layerFiles } from "./files.ts"
import { gunzip } from "./gunzip.ts"
import { gzip } from "./gzip.ts"
import { type Interruptible, interruptible } from "./interruption.ts"
import { phantomWorkers } from "./phantomWorkers.ts"
import { layerProgress } from "./progress.ts"

/** What pipelines need of Node: its file system, its zlib, which works on a thread of its own, and threads that make phantoms. */
export const layer: Layer.Layer<Files> = Layer.mergeAll(
  layerFiles,
  Layer.succeed(Decompression, gunzip),
  Layer.succeed(Compression, gzip),
  Layer.succeed(PhantomMakers, phantomWorkers)
)

export interface NodeRunOptions extends RunOptions {
  /** Shows progress on standard error. Default false. */
  readonly progress?: boolean
}

type Arguments<R> = RunArguments<Exclude<R, Files>, NodeRunOptions>

/**
 * Runs a pipeline to its end with this machine's files: a stream gives all its elements, an effect its value. The promise
 * fails with the tagged error itself.
 *
 * Ctrl-C, or a SIGTERM, closes what is open (`train` saves what was reached) and then ends the process, with status 130 or
 * 143; a second one ends it at once. With a `signal`, or where the program listens itself, that is left to the program.
 *
 * @example
 * ```ts
 * const written = await run(load("lits/").pipe(window(), slice(), write("pictures/", { as: "overlay" })), { progress: true })
 * ```
 */
export const run: {
  <A, E, R>(pipeline: Stream.Stream<A, E, R>, ...[options]: Arguments<R>): Promise<Array<A>>
  <A, E, R>(pipeline: Effect.Effect<A, E, R>, ...[options]: Arguments<R>): Promise<A>
} = async <A, E, R>(
  pipeline: Stream.Stream<A, E, R> | Effect.Effect<A, E, R>,
  ...[options]: Arguments<R>
): Promise<Array<A> | A> => {
  const work = workOf(options)
  const provided = { ...options, signal: work.signal, layer: onNode<R>(options) }
  try {
    return await (Stream.isStream(pipeline) ? runAnywhere(pipeline, provided) : runAnywhere(pipeline, provided))
  } finally {
    await work.closed()
  }
}

/**
 * The elements of a pipeline, one by one, with this machine's files. Leaving the loop closes everything upstream, and so
 * does Ctrl-C, as for `run`.
 *
 * @example
 * ```ts
 * for await (const sample of iterate(load("lits/").pipe(window(), slice({ size: [256, 256] }), labelSplit("tumor")))) {
 *   console.log(sample.caseId, sample.origin.index)
 * }
 * ```
 */
export async function* iterate<A, E, R>(
  stream: Stream.Stream<A, E, R>,
  ...[options]: Arguments<R>
): AsyncGenerator<A, void, undefined> {
  const work = workOf(options)
  const elements = iterateAnywhere(stream, { ...options, signal: work.signal, layer: onNode<R>(options) })
  // The loop may be long in asking for the next one, or never ask.
  const close = () => elements.return().then(work.closed, work.closed)
  if (options?.signal === undefined) work.signal.addEventListener("abort", close)
  try {
    yield* elements
  } finally {
    await work.closed()
  }
}

const workOf = (options: RunOptions | undefined): Interruptible =>
  options?.signal === undefined ? interruptible() : { signal: options.signal, closed: () => Promise.resolve() }

const onNode = <R>(
  options: (NodeRunOptions & { readonly layer?: Layer.Layer<never, unknown> }) | undefined
): Layer.Layer<R, unknown> =>
  // `RunArguments` asks for a layer of all that Node does not bring.
  Layer.mergeAll(
    layer,
    options?.layer ?? Layer.empty,
    options?.progress === true ? layerProgress() : Layer.empty
  ) as Layer.Layer<R, unknown>
