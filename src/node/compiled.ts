import type * as Layer from "effect/Layer"
import type { Backend, EngineError } from "../backend/backend.ts"
import { compiledEngine } from "../backend/compiledEngine.ts"
import { wasm } from "../backend/engines/wasm.ts"
import type { StartedRuntime } from "../compile/runtime/runtime.ts"
import type { OrtOptions, OrtPackage } from "../compile/runtime/startOrt.ts"
import { workerRuntime } from "./workerRuntime.ts"

export interface CompiledOptions extends OrtOptions {
  /** Default: `onnxruntime-node`, and `onnxruntime-web` where that is not installed. */
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
 * ONNX Runtime is not installed, the wasm engine takes over with a warning that says what to install.
 *
 * @example
 * ```ts
 * await run(pipeline, { layer: compiledWith({ providers: ["cuda"] }) })
 * ```
 */
export const compiledWith = ({ package: wanted, ...given }: CompiledOptions = {}): Layer.Layer<Backend, EngineError> =>
  compiledEngine({
    start: () => startFirst(wanted === undefined ? PACKAGES : [wanted], { extra: PATIENT, ...given }),
    remedy: `install it with: npm install ${wanted ?? PACKAGES[0]}`,
    otherwise: wasm
  })

/** `compiledWith` as it is by default: on all processors. */
export const compiled = compiledWith()

const startFirst = async (packages: ReadonlyArray<OrtPackage>, options: OrtOptions): Promise<StartedRuntime> => {
  const reasons: Array<string> = []
  for (const name of packages) {
    try {
      return await workerRuntime({ package: name, ...options })
    } catch (error) {
      reasons.push(error instanceof Error ? error.message.split("\n")[0] : String(error))
    }
  }
  throw new Error(reasons.join("; "))
}
