import { tfjsEngine } from "../tfjsEngine.ts"
import type { WasmBackend } from "../wasm/compose.ts"
import { guardMemory } from "../wasm/memory.ts"
import { registerWasmKernels } from "../wasm/register.ts"

/**
 * WebAssembly with SIMD, one thread in Node: the engine that is always there. It runs tfjs's wasm backend with the kernels
 * that it lacks, gets wrong or is slow at put right.
 */
export const wasm = tfjsEngine({
  name: "wasm",
  load: async () => {
    await import("@tensorflow/tfjs-backend-wasm")
    registerWasmKernels()
  },
  remedy: "install it with: npm install @tensorflow/tfjs-backend-wasm",
  guard: (backend) => guardMemory(backend as WasmBackend),
  describe: () => "wasm (WebAssembly, op by op)"
})
