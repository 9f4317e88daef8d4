import { engine, getKernel, registerBackend, removeBackend, type Tensor, tidy } from "@tensorflow/tfjs-core"
import type { Graph, TensorType } from "./graph.ts"
import { onBackend } from "./onBackend.ts"
import { registerKernels, Tracer } from "./tracer.ts"

const NAME = "graph"

/**
 * A pure tensor function as a graph, for inputs of the given types. Nothing is computed; tensors that it captures become
 * constants.
 *
 * @throws CompileError for what cannot be compiled
 */
export const traceGraph = <Inputs extends ReadonlyArray<Tensor>>(
  f: (...inputs: Inputs) => Tensor | ReadonlyArray<Tensor>,
  inputs: ReadonlyArray<TensorType>
): Graph => {
  const tracer = new Tracer({ name: NAME, read: async ({ dims }) => new Float32Array(dims.length), free: () => {} })
  if (getKernel("Add", NAME) === undefined) registerKernels(NAME)
  registerBackend(NAME, () => tracer)
  try {
    return onBackend(NAME, () =>
      tracer.record(() => {
        let graph: Graph | undefined
        tidy(() => {
          const given = inputs.map((type) => engine().makeTensorFromTensorInfo(tracer.input(type)))
          const results = f(...(given as ReadonlyArray<Tensor> as Inputs))
          graph = tracer.graph([results].flat().map((result) => tracer.valueFor(result)))
        })
        return graph as unknown as Graph
      })
    )
  } finally {
    removeBackend(NAME)
  }
}
