import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { type Notice, Notices } from "./notices.ts"
import { Progress, type ProgressEvent } from "./progress.ts"

export interface RunOptions {
  /** Stops the run when aborted; the run then fails with the signal's reason, once everything open is closed. */
  readonly signal?: AbortSignal
  /** Called for every case that was skipped or should be used with care. Default: the log. */
  readonly onNotice?: (notice: Notice) => void
  /** Called as long work goes on. Default: nobody. */
  readonly onProgress?: (event: ProgressEvent) => void
}

/** The last argument of `run` and `iterate`: a layer with what the pipeline needs, left out if it needs nothing. */
export type RunArguments<R, Options = RunOptions> = [R] extends [never]
  ? [options?: Options & { readonly layer?: Layer.Layer<never, unknown> }]
  : [options: Options & { readonly layer: Layer.Layer<R, unknown> }]

/**
 * Runs a pipeline to its end: a stream gives all its elements, an effect its value. For those who do not use Effect; the
 * promise fails with the tagged error itself.
 *
 * `hepaflow/node` has a `run` of its own that brings the file system along.
 *
 * @example
 * ```ts
 * const files = Files.layerMemory({ "ct/volume-0.nii": bytes })
 * const slices = await run(load("ct", { labels: "optional" }).pipe(window(), slice()), { layer: files })
 * ```
 */
export const run: {
  <A, E, R>(pipeline: Stream.Stream<A, E, R>, ...[options]: RunArguments<R>): Promise<Array<A>>
  <A, E, R>(pipeline: Effect.Effect<A, E, R>, ...[options]: RunArguments<R>): Promise<A>
} = async <A, E, R>(
  pipeline: Stream.Stream<A, E, R> | Effect.Effect<A, E, R>,
  ...[options]: RunArguments<R>
): Promise<Array<A> | A> => {
  const effect: Effect.Effect<Array<A> | A, E, R> = Stream.isStream(pipeline) ? Stream.runCollect(pipeline) : pipeline
  const signal = options?.signal
  try {
    return await Effect.runPromise(Effect.provide(effect, services<R>(options)), signal && { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

/**
 * The elements of a pipeline, one by one as they are asked for. Leaving the loop closes everything upstream.
 *
 * @example
 * ```ts
 * for await (const sample of iterate(load("ct").pipe(window(), slice(), labelSplit("tumor")), { layer: files })) {
 *   if (sample.mask.includes(1)) break
 * }
 * ```
 */
export async function* iterate<A, E, R>(
  stream: Stream.Stream<A, E, R>,
  ...[options]: RunArguments<R>
): AsyncGenerator<A, void, undefined> {
  const signal = options?.signal
  signal?.throwIfAborted()
  const iterator = Stream.toAsyncIterable(Stream.provide(stream, services<R>(options)))[Symbol.asyncIterator]()
  const close = async () => void (await iterator.return?.())
  signal?.addEventListener("abort", close)
  try {
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      signal?.throwIfAborted()
      yield next.value
    }
    signal?.throwIfAborted()
  } finally {
    signal?.removeEventListener("abort", close)
    await close()
  }
}

const services = <R>(
  options: (RunOptions & { readonly layer?: Layer.Layer<never, unknown> }) | undefined
): Layer.Layer<R, unknown> => {
  const { layer = Layer.empty, onNotice, onProgress } = options ?? {}
  // `RunArguments` asks for a layer wherever R is not never.
  return Layer.mergeAll(
    layer,
    onNotice ? Layer.succeed(Notices, (notice) => Effect.sync(() => onNotice(notice))) : Layer.empty,
    onProgress ? Layer.succeed(Progress, (event) => Effect.sync(() => onProgress(event))) : Layer.empty
  ) as Layer.Layer<R, unknown>
}
