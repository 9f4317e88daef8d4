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
 * @example
 * ```ts
 * const written = await run(load("lits/").pipe(window(), slice(), write("pictures/", { as: "overlay" })), { progress: true })
 * ```
 */
export const run: {
  <A, E, R>(pipeline: Stream.Stream<A, E, R>, ...[options]: Arguments<R>): Promise<Array<A>>
  <A, E, R>(pipeline: Effect.Effect<A, E, R>, ...[options]: Arguments<R>): Promise<A>
} = <A, E, R>(
  pipeline: Stream.Stream<A, E, R> | Effect.Effect<A, E, R>,
  ...[options]: Arguments<R>
): Promise<Array<A> | A> => {
  const provided = { ...options, layer: onNode<R>(options) }
  return Stream.isStream(pipeline) ? runAnywhere(pipeline, provided) : runAnywhere(pipeline, provided)
}

/**
 * The elements of a pipeline, one by one, with this machine's files. Leaving the loop closes everything upstream.
 *
 * @example
 * ```ts
 * for await (const sample of iterate(load("lits/").pipe(window(), slice({ size: [256, 256] }), labelSplit("tumor")))) {
 *   console.log(sample.caseId, sample.origin.index)
 * }
 * ```
 */
export const iterate = <A, E, R>(
  stream: Stream.Stream<A, E, R>,
  ...[options]: Arguments<R>
): AsyncGenerator<A, void, undefined> => iterateAnywhere(stream, { ...options, layer: onNode<R>(options) })

const onNode = <R>(
  options: (NodeRunOptions & { readonly layer?: Layer.Layer<never, unknown> }) | undefined
): Layer.Layer<R, unknown> =>
  // `RunArguments` asks for a layer of all that Node does not bring.
  Layer.mergeAll(
    layer,
    options?.layer ?? Layer.empty,
    options?.progress === true ? layerProgress() : Layer.empty
  ) as Layer.Layer<R, unknown>
