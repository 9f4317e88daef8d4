import { engine, type KernelBackend, setBackend, tidy } from "@tensorflow/tfjs-core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { onBackend } from "../compile/onBackend.ts"
import { reasonOf } from "../errors.ts"
import { Backend, EngineError } from "./backend.ts"
import { serve, starting } from "./service.ts"

/** What tells one op-by-op engine from another. */
export interface TfjsEngine {
  /** tfjs's name of the backend. */
  readonly name: string
  /** Imports the package that registers the backend, and mends it. */
  readonly load: () => Promise<unknown>
  /** What to do when it does not load or start. */
  readonly remedy: string
  /** Makes of the backend, whenever it has started, what every run goes through. Default: nothing in between. */
  readonly guard?: (backend: KernelBackend) => <A>(run: () => A) => A
  /** Called once it runs. */
  readonly describe?: () => string
}

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
      const { name } = options
      const guarded = options.guard?.(engine().findBackend(name)) ?? ((run) => run())
      return serve({
        name,
        description: options.describe?.() ?? name,
        remedy: "use another engine",
        refusal: () => undefined,
        section: (f) => guarded(() => onBackend(name, () => tidy(f))),
        prepare: (f) => f
      })
    })
  )

const start = ({ name, load, remedy }: TfjsEngine): Effect.Effect<void, EngineError> => {
  const refuse = (cause: unknown) => new EngineError({ engine: name, reason: reasonOf(cause), remedy, cause })
  return Effect.gen(function* () {
    yield* Effect.tryPromise({ try: () => import("./gradients.ts"), catch: refuse })
    yield* Effect.tryPromise({ try: load, catch: refuse })
    const before = engine().backendName ?? ""
    const started = yield* Effect.tryPromise({ try: () => setBackend(name), catch: refuse })
    if (before !== "" && before !== name) void setBackend(before)
    if (!started) return yield* Effect.fail(refuse("it did not start"))
  })
}
