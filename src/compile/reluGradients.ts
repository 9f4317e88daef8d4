import type { Graph, Value } from "./graph.ts"

/**
 * The same function, where the gradient of a ReLU sees what passed it by its result and not by what it was given: one is positive
 * where the other is. The result is kept for the next layer anyway, and what the ReLU was given, as large as that, can go at
 * once.
 */
export const reluGradients = (graph: Graph): Graph => {
  const results = new Map<Value, Value>()
  const nodes = graph.nodes.map((node) => {
    const { kernel, inputs, outputs } = node
    if (kernel === "Relu") results.set(inputs.x, outputs[0])
    const result = results.get(inputs.x)
    if (kernel !== "Step" || result === undefined) return node
    return { ...node, inputs: { x: result } }
  })
  return { ...graph, nodes }
}
