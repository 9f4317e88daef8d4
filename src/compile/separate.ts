import { dataOf } from "./emitter.ts"
import {
  type ConstantData,
  freshValues,
  type Graph,
  type GraphNode,
  prune,
  sizeOf,
  usesOf,
  type Value
} from "./graph.ts"
import { axisOf } from "./rules/rule.ts"

/** What sees a joined map as its `x` and can see its parts instead. */
const SEPARABLE: ReadonlySet<string> = new Set(["Conv2D", "Conv2DBackpropFilter"])

/**
 * The same function with convolutions over concatenated channels, and their gradients by the filter, part by part: the results
 * of convolutions add up, filters' gradients are joined. The joined map, often the largest of a U-shaped network, is never
 * made, nor copies of it for the taps of a filter; and in inference ONNX Runtime adds while it convolves.
 */
export const separate = (graph: Graph): Graph => {
  const constants = new Map(graph.constants)
  const fresh = freshValues(graph)
  const joins = joinsOf(graph)

  /** Some input channels of a filter [height, width, in, out], and what computes it where it is no constant. */
  const cut = (filter: Value, begin: number, size: number): readonly [Value, ReadonlyArray<GraphNode>] => {
    const [height, width, , out] = filter.shape
    const shape = [height, width, size, out]
    const part = fresh({ shape, dtype: filter.dtype })
    const data = constants.get(filter)
    if (data === undefined) {
      const attributes = { begin: [0, 0, begin, 0], size: shape }
      return [part, [{ kernel: "Slice", inputs: { x: filter }, attributes, outputs: [part] }]]
    }
    constants.set(part, channelsOf(data, filter.shape, begin, size))
    return [part, []]
  }

  const sumOf = (node: GraphNode, parts: ReadonlyArray<Value>): ReadonlyArray<GraphNode> => {
    const { kernel, inputs, attributes, outputs } = node
    const nodes: Array<GraphNode> = []
    let sum: Value | undefined
    for (const [i, x] of parts.entries()) {
      const [filter, made] = cut(inputs.filter, beginOf(parts, i), x.shape[3])
      const result = fresh(outputs[0])
      // The first one brings the bias.
      const bias: GraphNode["inputs"] = i === 0 && "bias" in inputs ? { bias: inputs.bias } : {}
      nodes.push(...made, { kernel, inputs: { x, filter, ...bias }, attributes, outputs: [result] })
      if (sum === undefined) {
        sum = result
        continue
      }
      const total: Value = i === parts.length - 1 ? outputs[0] : fresh(outputs[0])
      nodes.push({ kernel: "Add", inputs: { a: sum, b: result }, attributes: {}, outputs: [total] })
      sum = total
    }
    return nodes
  }

  const joinOf = (node: GraphNode, parts: ReadonlyArray<Value>): ReadonlyArray<GraphNode> => {
    const { kernel, inputs, attributes, outputs } = node
    const [height, width, , out] = outputs[0].shape
    const gradients = parts.map((x): GraphNode => {
      const filterShape = [height, width, x.shape[3], out]
      const gradient = fresh({ shape: filterShape, dtype: outputs[0].dtype })
      return { kernel, inputs: { ...inputs, x }, attributes: { ...attributes, filterShape }, outputs: [gradient] }
    })
    const joined = Object.fromEntries(gradients.map((gradient, i) => [i, gradient.outputs[0]]))
    return [...gradients, { kernel: "Concat", inputs: joined, attributes: { axis: 2 }, outputs }]
  }

  const nodes = graph.nodes.flatMap((node) => {
    const parts = SEPARABLE.has(node.kernel) ? joins.get(node.inputs.x) : undefined
    if (parts === undefined) return [node]
    return node.kernel === "Conv2D" ? sumOf(node, parts) : joinOf(node, parts)
  })
  return prune({ ...graph, constants, nodes })
}

/** The maps that are joined of channels of others, and seen by nothing but what can see the others. */
const joinsOf = (graph: Graph): ReadonlyMap<Value, ReadonlyArray<Value>> => {
  const uses = usesOf(graph)
  const seen = new Map<Value, number>()
  for (const { kernel, inputs } of graph.nodes) {
    if (SEPARABLE.has(kernel)) seen.set(inputs.x, (seen.get(inputs.x) ?? 0) + 1)
  }
  return new Map(
    graph.nodes.flatMap(({ kernel, inputs, attributes, outputs: [output] }) => {
      // ONNX Runtime never comes back from a convolution of no channels.
      const parts = Object.values(inputs).filter(({ shape }) => sizeOf(shape) > 0)
      const rank = output.shape.length
      const byChannels = kernel === "Concat" && rank === 4 && axisOf(attributes.axis, rank) === 3 && parts.length > 1
      return byChannels && seen.get(output) === uses.get(output) ? [[output, parts] as const] : []
    })
  )
}

const beginOf = (parts: ReadonlyArray<Value>, i: number): number =>
  parts.slice(0, i).reduce((sum, { shape }) => sum + shape[3], 0)

/** The weights of some input channels of a constant filter [height, width, in, out]. */
const channelsOf = (data: ConstantData, shape: ReadonlyArray<number>, begin: number, size: number): ConstantData => {
  const [height, width, channels, out] = shape
  const weights = dataOf("float32", data, sizeOf(shape)) as Float32Array
  const some = new Float32Array(height * width * size * out)
  for (let tap = 0; tap < height * width; tap++) {
    const from = (tap * channels + begin) * out
    some.set(weights.subarray(from, from + size * out), tap * size * out)
  }
  return some
}
