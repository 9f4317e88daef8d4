import * as ort from "onnxruntime-node"
import { type Ort, ortRuntime } from "../../../src/compile/runtime/ortRuntime.ts"
import type { Runtime } from "../../../src/compile/runtime/runtime.ts"

/** ONNX Runtime in the test's own thread. */
export const testRuntime = (): Runtime =>
  ortRuntime(ort as unknown as Ort, {
    description: "ONNX Runtime",
    providers: ["cpu"],
    threads: 2,
    extra: { session: { intra_op: { allow_spinning: "0" } } },
    fillsOutputs: true
  })
