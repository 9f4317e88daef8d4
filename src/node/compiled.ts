import type * as Layer from "effect/Layer"
import type { Backend, EngineError } from "../backend/backend.ts"
import { compiledEngine } from "../backend/compiledEngine.ts"
import { wasm } from "../backend/engines/wasm.ts"
import type { OrtOptions, OrtPackage } from "../compile/runtime/startOrt.ts"
import { firstRuntime } from "./firstRuntime.ts"

export interface CompiledOptions extends OrtOptions {
  /** Default: `onnxruntime-node`, and with a warning `onnxruntime-web` where that does not start. */
  readonly package?: OrtPackage
}

/**
 * Threads that wait for work give their processor up. Spinning gains little where nothing else runs, and where something does,
 * such as the batch that is prepared meanwhile, steps take several times as long.
 */
const PATIENT = { session: { intra_op: { allow_spinning: "0" } } }

const PACKAGES: ReadonlyArray<OrtPackage> = ["onnxruntime-node", "onnxruntime-web"]

/**
 * The fast engine: each step is compiled once to one graph, and ONNX Runtime carries it out in a thread of its own. Where
 * ONNX Runtime does not start, the wasm engine takes over with a warning that says what to install. Fails with an `EngineError`
 * where neither starts, and for a number of threads that is none.
 *
 * @example
 * ```ts
 * await run(pipeline, { layer: compiledWith({ providers: ["cuda"] }) })
 * ```
 */
export const compiledWith = ({ package: wanted, ...given }: CompiledOptions = {}): Layer.Layer<Backend, EngineError> =>
  compiledEngine({
    threads: given.threads,
    start: () => firstRuntime(wanted === undefined ? PACKAGES : [wanted], { extra: PATIENT, ...given }),
    remedy: `install ONNX Runtime with: npm install ${wanted ?? PACKAGES[0]}`,
    otherwise: wasm
  })

/** `compiledWith` as it is by default: on all processors. */
export const compiled = compiledWith()
