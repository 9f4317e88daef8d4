import { engine, registerBackend, removeBackend, type Tensor, type TensorContainer } from "@tensorflow/tfjs-core"
import { tensorsIn } from "./container.ts"
import type { Graph, TensorType } from "./graph.ts"
import { registerKernels, unregisterKernels } from "./kernels.ts"
import { onBackend } from "./onBackend.ts"
import { purely } from "./pure.ts"
import { scope } from "./scope.ts"
import { Tracer } from "./tracer.ts"

const NAME = "graph"

/** No tensor of this engine has its numbers anywhere else. */
const NO_RUNTIME = { read: () => Promise.reject(new Error("there is no runtime")), free: () => {} }

/**
 * A pure tensor function as a graph, for inputs of the given types. Nothing is computed; tensors that it captures become
 * constants, variables as they are now.
 *
 * @throws CompileError for what cannot be compiled
 */
export const traceGraph = <Inputs extends ReadonlyArray<Tensor>>(
  f: (...inputs: Inputs) => Tensor | ReadonlyArray<Tensor>,
  inputs: ReadonlyArray<TensorType>
): Graph => {
  const tracer = new Tracer({ name: NAME, variables: "constants", ...NO_RUNTIME })
  registerKernels(NAME)
  registerBackend(NAME, () => tracer)
  const traced = () => {
    const given: ReadonlyArray<Tensor> = inputs.map((type) => engine().makeTensorFromTensorInfo(tracer.input(type)))
    const results = tensorsIn(f(...(given as Inputs)) as TensorContainer)
    return tracer.graph(results.map((result) => tracer.valueFor(result)))
  }
  try {
    return onBackend(NAME, () => tracer.record(() => scope(() => purely(traced))))
  } finally {
    removeBackend(NAME)
    unregisterKernels(NAME)
  }
}
