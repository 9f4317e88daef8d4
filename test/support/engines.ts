import "@tensorflow/tfjs-backend-cpu"
import "@tensorflow/tfjs-backend-wasm"
import "../../src/backend/gradients.ts"
import { setBackend, type Tensor4D, type TensorContainer, transpose } from "@tensorflow/tfjs-core"
import { registerWasmKernels } from "../../src/backend/wasm/register.ts"
import { makeCompiler } from "../../src/compile/compiler.ts"
import { onBackend } from "../../src/compile/onBackend.ts"
import { testRuntime } from "./compiled/runtime.ts"

/** An engine that tests run on, as `Backend` offers it. */
export interface TestEngine {
  readonly name: string
  /** A function of the same type that computes on the engine. */
  readonly prepare: <Inputs extends TensorContainer, Outputs extends TensorContainer>(
    f: (inputs: Inputs) => Outputs
  ) => (inputs: Inputs) => Outputs
}

const opByOp = (name: string): TestEngine => ({
  name,
  prepare: (f) => (inputs) => onBackend(name, () => f(inputs))
})

registerWasmKernels()
await setBackend("wasm")
await setBackend("cpu")

/** Engines that run here. Tensors that a test makes by itself are the cpu engine's. */
export const engines = {
  cpu: opByOp("cpu"),
  wasm: opByOp("wasm"),
  compiled: { name: "compiled", prepare: makeCompiler(testRuntime()).compile }
} as const satisfies Record<string, TestEngine>

export const everyEngine: ReadonlyArray<TestEngine> = Object.values(engines)

/** Checks what each engine makes of a map, in PyTorch's order [N, C, H, W]. */
export const onEveryEngine = async (
  x: Tensor4D,
  f: (x: Tensor4D) => Tensor4D,
  check: (found: Float32Array, engine: string) => void
): Promise<void> => {
  for (const { name, prepare } of everyEngine) {
    check(await prepare((given: Tensor4D) => transpose(f(given), [0, 3, 1, 2]))(x).data<"float32">(), name)
  }
}
