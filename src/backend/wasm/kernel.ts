import type { KernelFunc, NamedAttrMap } from "@tensorflow/tfjs-core"
import type { TensorInfo, WasmBackend } from "./compose.ts"

/** What a kernel is called with. */
export interface KernelCall {
  readonly inputs: Readonly<Record<string, TensorInfo>>
  readonly attrs: NamedAttrMap
  readonly backend: WasmBackend
}

/** A kernel that stands in for one that the wasm backend lacks, gets wrong or is slow at. */
export interface Kernel {
  readonly name: string
  /** `original` is the backend's own kernel, for the cases that it serves well. */
  readonly make: (original: KernelFunc | undefined) => (call: KernelCall) => TensorInfo | Array<TensorInfo>
}
