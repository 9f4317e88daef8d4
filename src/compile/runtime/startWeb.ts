import type { StartedRuntime } from "./runtime.ts"
import { type OrtModule, type OrtOptions, type OrtWasmPaths, startOrt } from "./startOrt.ts"

export interface WebRuntimeOptions extends OrtOptions {
  /**
   * Threads for one operator. Default: one for each processor where the page is isolated from other origins, as shared
   * memory asks for, else one.
   */
  readonly threads?: number | undefined
  /** Where onnxruntime-web's `.mjs` and `.wasm` files are served. Default: where the bundler has put them. */
  readonly wasmPaths?: OrtWasmPaths | undefined
}

/** onnxruntime-web in this thread of a browser, a page's or a worker's. */
export const startWeb = ({
  wasmPaths,
  threads = processors(),
  ...options
}: WebRuntimeOptions): Promise<StartedRuntime> => {
  const load = async (): Promise<OrtModule> => {
    // The build for the processor alone is half as large.
    const onGpu = options.providers?.some((name) => name !== "wasm") === true
    const ort: OrtModule = await (onGpu ? import("onnxruntime-web/webgpu") : import("onnxruntime-web/wasm"))
    if (wasmPaths !== undefined) ort.env.wasm.wasmPaths = wasmPaths
    return ort
  }
  return startOrt(load, "onnxruntime-web", { threads, ...options })
}

const processors = (): number => (globalThis.crossOriginIsolated === true ? navigator.hardwareConcurrency : 1)
