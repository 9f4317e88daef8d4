import { dataOf } from "./emitter.ts"
import { freshValues, type Graph, type GraphNode, prune, sizeOf, usesOf, type Value } from "./graph.ts"

/**
 * The same function with convolutions over concatenated channels as sums of convolutions over each part, where the filter is
 * constant. The joined map, often the largest of a U-shaped network, is never made, and ONNX Runtime adds while it convolves.
 */
export const separate = (graph: Graph): Graph => {
  const constants = new Map(graph.constants)
  const uses = usesOf(graph)
  const fresh = freshValues(graph)
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)))

  const separated = (node: GraphNode): ReadonlyArray<GraphNode> => {
    const { kernel, inputs, attributes, outputs } = node
    const data = kernel === "Conv2D" ? constants.get(inputs.filter) : undefined
    const join = data && makers.get(inputs.x)
    if (data === undefined || join?.kernel !== "Concat" || uses.get(inputs.x) !== 1) return [node]
    const parts = partsOf(join)
    if (parts === undefined) return [node]
    const weights = dataOf("float32", data, sizeOf(inputs.filter.shape)) as Float32Array
    const { shape, dtype } = outputs[0]
    let begin = 0
    let sum: Value | undefined
    return parts.flatMap((x, i): ReadonlyArray<GraphNode> => {
      const size = x.shape[3]
      const filter = fresh({ shape: [...inputs.filter.shape.slice(0, 2), size, shape[3]], dtype: "float32" })
      constants.set(filter, rowsOf(weights, inputs.filter.shape, begin, size))
      begin += size
      const last = i === parts.length - 1
      const part = fresh({ shape, dtype })
      // One of them brings the bias.
      const bias = i === 0 && inputs.bias !== undefined ? { bias: inputs.bias } : {}
      const convolved: GraphNode = { kernel, inputs: { x, filter, ...bias }, attributes, outputs: [part] }
      if (sum === undefined) {
        sum = part
        return [convolved]
      }
      const total = last ? outputs[0] : fresh({ shape, dtype })
      const added: GraphNode = { kernel: "Add", inputs: { a: sum, b: part }, attributes: {}, outputs: [total] }
      sum = total
      return [convolved, added]
    })
  }

  return prune({ ...graph, constants, nodes: graph.nodes.flatMap(separated) })
}

/** The maps that are joined by their channels, two or more. */
const partsOf = ({ inputs, attributes, outputs }: GraphNode): ReadonlyArray<Value> | undefined => {
  const rank = outputs[0].shape.length
  const parts = Object.values(inputs)
  const [axis] = [attributes.axis].flat() as ReadonlyArray<number>
  return rank === 4 && (axis + rank) % rank === 3 && parts.length > 1 ? parts : undefined
}

/** The weights of some input channels of a filter [height, width, in, out]. */
const rowsOf = (weights: Float32Array, shape: ReadonlyArray<number>, begin: number, size: number): Float32Array => {
  const [height, width, channels, out] = shape
  const rows = new Float32Array(height * width * size * out)
  for (let at = 0; at < height * width; at++) {
    const from = (at * channels + begin) * out
    rows.set(weights.subarray(from, from + size * out), at * size * out)
  }
  return rows
}
