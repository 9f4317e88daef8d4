import { EngineError } from "../backend.ts"
import type { WasmBackend } from "./compose.ts"

/** Runs something on a backend that is guarded. */
export type Guard = <A>(run: () => A) => A

/**
 * Makes tfjs's wasm backend say where memory runs out. By itself it takes what it did not get to lie at address 0 and writes
 * there, until WebAssembly traps, which is the end of the module: whatever is called then throws, the freeing of tensors too.
 *
 * So what cannot be had is refused before anything is written, and the engine goes on. Where a kernel traps all the same, its
 * error is the one that is seen, because freeing in a module that has ended does nothing; later runs are refused.
 */
export const guardMemory = (backend: WasmBackend): Guard => {
  const guard = guards.get(backend) ?? makeGuard(backend)
  guards.set(backend, guard)
  return guard
}

const guards = new WeakMap<WasmBackend, Guard>()

const makeGuard = (backend: WasmBackend): Guard => {
  const { wasm } = backend
  let trap: WebAssembly.RuntimeError | undefined

  // The first call puts the function itself in place of its stub.
  wasm._free(wasm._malloc(1))
  const allocate = wasm._malloc
  wasm._malloc = (bytes) => {
    const address = allocate(bytes)
    if (address === 0 && bytes > 0) throw new Error(`out of memory: it has no ${bytes} bytes left of its 4 GiB`)
    return address
  }

  const free = backend.disposeData.bind(backend)
  backend.disposeData = (dataId, force) => {
    if (trap !== undefined) return true
    try {
      return free(dataId, force)
    } catch (cause) {
      if (!isTrap(cause)) throw cause
      trap = cause
      return true
    }
  }

  return (run) => {
    if (trap !== undefined) throw ended(trap)
    try {
      return run()
    } catch (cause) {
      if (!isTrap(cause)) throw cause
      trap = cause
      throw ended(trap)
    }
  }
}

const isTrap = (cause: unknown): cause is WebAssembly.RuntimeError => cause instanceof WebAssembly.RuntimeError

const ended = (cause: WebAssembly.RuntimeError) =>
  new EngineError({
    engine: "wasm",
    reason: `it ended (${cause.message}), most likely for want of memory, and cannot go on in this process`,
    remedy: "start again with a smaller batch, image size or width",
    cause
  })
