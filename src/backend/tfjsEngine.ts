import { engine, setBackend, tidy } from "@tensorflow/tfjs-core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import { Backend, EngineError } from "./backend.ts"

/** What tells one op-by-op engine from another. */
export interface TfjsEngine {
  /** tfjs's name of the backend. */
  readonly name: string
  /** Imports the package that registers the backend, and mends it. */
  readonly load: () => Promise<unknown>
  /** What to do when it does not load or start. */
  readonly remedy: string
  /** Called once it runs. */
  readonly describe?: () => string
}

/** tfjs starts a backend asynchronously while its global already points at it: nothing else may run meanwhile. */
const starting = Semaphore.makeUnsafe(1)

/**
 * An engine that runs tfjs op by op.
 *
 * @example
 * ```ts
 * const webgl = tfjsEngine({
 *   name: "webgl",
 *   load: () => import("@tensorflow/tfjs-backend-webgl"),
 *   remedy: "use a browser with WebGL 2"
 * })
 * program.pipe(Effect.provide(webgl))
 * ```
 */
export const tfjsEngine = (options: TfjsEngine): Layer.Layer<Backend, EngineError> =>
  Layer.effect(
    Backend,
    Effect.map(starting.withPermit(start(options)), () => {
      const { name, remedy } = options
      const failure = (cause: unknown) =>
        new EngineError({ engine: name, reason: reasonOf(cause), remedy: memoryRemedy(cause) ?? remedy, cause })
      return Backend.of({
        name,
        description: options.describe?.() ?? name,
        run: (f) => starting.withPermit(Effect.try({ try: () => onBackend(name, () => tidy(f)), catch: failure })),
        read: (tensor) => Effect.tryPromise({ try: () => tensor.data() as Promise<never>, catch: failure }),
        prepare: (f) => f
      })
    })
  )

const start = ({ name, load, remedy }: TfjsEngine): Effect.Effect<void, EngineError> => {
  const refuse = (cause: unknown) => new EngineError({ engine: name, reason: reasonOf(cause), remedy, cause })
  return Effect.gen(function* () {
    yield* Effect.tryPromise({ try: () => import("./gradients.ts"), catch: refuse })
    yield* Effect.tryPromise({ try: load, catch: refuse })
    const before = currentBackend()
    const started = yield* Effect.tryPromise({ try: () => setBackend(name), catch: refuse })
    restore(before)
    if (!started) return yield* Effect.fail(refuse("it did not start"))
  })
}

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

const memoryRemedy = (cause: unknown): string | undefined =>
  /out of memory|malloc|allocation failed|memory access out of bounds/i.test(reasonOf(cause))
    ? "use a smaller batch, image size or width"
    : undefined

const currentBackend = (): string => engine().backendName ?? ""

const restore = (name: string): void => {
  if (name !== "" && name !== currentBackend()) void setBackend(name)
}

/** Runs `f` with a started backend as the current one. For a backend that has started, `setBackend` takes effect at once. */
const onBackend = <A>(name: string, f: () => A): A => {
  const before = currentBackend()
  void setBackend(name)
  try {
    return f()
  } finally {
    restore(before)
  }
}
