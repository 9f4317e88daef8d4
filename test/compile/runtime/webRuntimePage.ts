// Runs in the browser that the test of webRuntime starts.
import { type WebRuntimeOptions, webRuntime } from "../../../src/compile/runtime/webRuntime.ts"
import { buffer, doubling, HEAVY_DIMS, heavy } from "../../support/onnxModels.ts"

const wasmPaths = `${location.origin}/`

Object.assign(globalThis, {
  /** Doubles three numbers twenty times, and says what did it. */
  double: async (options: WebRuntimeOptions) => {
    const { runtime, notices } = await webRuntime({ wasmPaths, ...options })
    const session = runtime.load(doubling(3))
    let x = buffer(3)
    runtime.write(x, Float32Array.of(1, 2, 3))
    for (let i = 0; i < 20; i++) {
      const y = buffer(3)
      runtime.run(session, [{ name: "x", buffer: x }], [{ name: "y", buffer: y }])
      runtime.free([x])
      x = y
    }
    const values = Array.from(await runtime.read(x))
    runtime.free([x])
    const freed = await runtime.read(x).catch((error: Error) => error.message)
    await runtime.close()
    const closed = await runtime.read(x).catch((error: Error) => error.message)
    return { description: runtime.description, notices, values, freed, closed }
  },
  /** How long a run takes, and how often a timer of five milliseconds fires meanwhile. */
  ticks: async (options: WebRuntimeOptions) => {
    const { runtime } = await webRuntime({ wasmPaths, ...options })
    const [x, y] = [buffer(...HEAVY_DIMS), buffer(...HEAVY_DIMS)]
    runtime.write(x, new Float32Array(HEAVY_DIMS.reduce((a, b) => a * b)))
    runtime.run(runtime.load(heavy(6)), [{ name: "x", buffer: x }], [{ name: "y", buffer: y }])
    const began = performance.now()
    let ticks = 0
    const timer = setInterval(() => ticks++, 5)
    await runtime.read(y)
    clearInterval(timer)
    await runtime.close()
    return { ticks, milliseconds: performance.now() - began }
  }
})
