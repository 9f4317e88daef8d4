import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { CompileError } from "../compile/compileError.ts"
import { makeCompiler } from "../compile/compiler.ts"
import type { StartedRuntime } from "../compile/runtime/runtime.ts"
import { RuntimeError } from "../compile/runtime/runtimeError.ts"
import { reasonOf } from "../errors.ts"
import { Backend, EngineError } from "./backend.ts"
import { type Failure, serve } from "./service.ts"

export interface CompiledEngine {
  /** What the runtime is to be started with, refused where it is no number of threads. */
  readonly threads?: number | undefined
  readonly start: () => Promise<StartedRuntime>
  /** What to do when it does not start. */
  readonly remedy: string
  /** The engine that takes over, with a warning, where this one does not start. Default: none, which fails. */
  readonly otherwise?: Layer.Layer<Backend, EngineError>
}

/** An engine that compiles each function to one graph and has a runtime carry it out. */
export const compiledEngine = ({
  threads,
  start,
  remedy,
  otherwise
}: CompiledEngine): Layer.Layer<Backend, EngineError> => {
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0)) {
    return fails(failure(`it cannot have ${threads} threads`, "give a whole number from 1"))
  }
  const layer = Layer.effect(
    Backend,
    Effect.gen(function* () {
      const refuse = (cause: unknown) => failure(reasonOf(cause), remedy, cause)
      yield* Effect.tryPromise({ try: () => import("./gradients.ts"), catch: refuse })
      const { runtime, notices } = yield* Effect.acquireRelease(
        Effect.tryPromise({ try: start, catch: refuse }),
        ({ runtime }) => Effect.promise(() => runtime.close())
      )
      for (const notice of notices) yield* Effect.logWarning(notice)
      const compiler = yield* Effect.acquireRelease(
        Effect.sync(() => makeCompiler(runtime)),
        ({ dispose }) => Effect.sync(dispose)
      )
      return serve({
        name: "compiled",
        description: `compiled (${runtime.description})`,
        remedy: INSTEAD,
        refusal,
        section: compiler.run,
        prepare: compiler.compile
      })
    })
  )
  if (otherwise === undefined) return layer
  const instead = (error: EngineError) => {
    const told = Effect.logWarning(`${error.message}; until then an engine that works op by op runs`)
    return Layer.catch(
      Layer.tap(otherwise, () => told),
      (other) => {
        const reason = `${error.reason}; the ${other.engine} engine, which would take over: ${other.reason}`
        return fails(failure(reason, remedy, error))
      }
    )
  }
  return Layer.catch(layer, instead)
}

const INSTEAD = "use the wasm engine instead"

const refusal = (cause: unknown): Failure | undefined => {
  if (cause instanceof CompileError) return { reason: `${cause.op}: ${cause.reason}`, remedy: cause.remedy }
  return cause instanceof RuntimeError ? { reason: cause.message, remedy: INSTEAD } : undefined
}

const failure = (reason: string, remedy: string, cause?: unknown) =>
  new EngineError({ engine: "compiled", reason, remedy, cause })

const fails = (error: EngineError) => Layer.effect(Backend, Effect.fail(error))
