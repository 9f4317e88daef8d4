import type * as Layer from "effect/Layer"
import { type WebRuntimeOptions, webRuntime } from "../../compile/runtime/webRuntime.ts"
import type { Backend, EngineError } from "../backend.ts"
import { compiledEngine } from "../compiledEngine.ts"
import { wasm } from "./wasm.ts"

/**
 * The compiled engine for browsers: each step is compiled once to one graph, and onnxruntime-web carries it out in a worker. In
 * Node take `compiledWith` from `hepaflow/node`, which is several times as fast.
 *
 * @example
 * ```ts
 * const layer = compiledWith({ providers: ["webgpu"] })
 * ```
 */
export const compiledWith = (options: WebRuntimeOptions = {}): Layer.Layer<Backend, EngineError> =>
  compiledEngine({
    threads: options.threads,
    start: () => webRuntime(options),
    remedy: "install ONNX Runtime with: npm install onnxruntime-web",
    otherwise: wasm
  })

/** `compiledWith` as it is by default: on the processor. */
export const compiled = compiledWith()
