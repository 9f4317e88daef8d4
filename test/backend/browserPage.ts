// Runs in the browser that the browser test starts.
import "@tensorflow/tfjs-backend-webgl"
import "@tensorflow/tfjs-backend-webgpu"
import { setBackend } from "@tensorflow/tfjs-core"
import "../../src/backend/gradients.ts"
import { computeAll } from "./conformance.ts"

Object.assign(globalThis, {
  conform: async (engine: string) => {
    if (!(await setBackend(engine))) throw new Error(`${engine} did not start`)
    return computeAll()
  }
})
