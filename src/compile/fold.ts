import { dataOf } from "./emitter.ts"
import {
  type ConstantData,
  freshValues,
  type Graph,
  type GraphNode,
  prune,
  sameShape,
  sizeOf,
  usesOf,
  type Value
} from "./graph.ts"

/** Convolutions: how many numbers of a filter lie side by side for each channel of the result. Their rules take a `bias`. */
const SIDE_BY_SIDE: Readonly<Record<string, (filter: ReadonlyArray<number>) => number>> = {
  Conv2D: () => 1,
  Conv2DBackpropInput: (filter) => filter[3],
  DepthwiseConv2dNative: () => 1,
  FusedConv2D: () => 1,
  FusedDepthwiseConv2D: () => 1
}

/** A map and one number for each of its channels that are added up. */
const summed = ({ kernel, inputs: { a, b }, outputs }: GraphNode) => {
  if (kernel !== "Add") return undefined
  const [output] = outputs
  const [x, bias] = b.shape.length === 1 ? [a, b] : [b, a]
  const fits = bias.shape.length === 1 && bias.shape[0] === output.shape[3] && sameShape(x.shape, output.shape)
  return fits ? { x, bias } : undefined
}

/** gain x + shift, a number of each for every channel. */
interface Affine {
  readonly x: Value
  readonly gain: (channel: number) => number
  readonly shift: (channel: number) => number
}

/**
 * The same function with fewer nodes: a convolution takes in what scales and shifts its channels by constants after it (a bias,
 * a batch normalisation in inference, several of them), as gain filter and gain bias + shift; and a bias that is computed.
 *
 * Reshapes to the shape that is there already, of which tfjs makes many, go too. A convolution whose own result is asked for
 * by others stays as it is.
 */
export const fold = (whole: Graph): Graph => {
  const graph = withoutIdle(whole)
  const constants = new Map(graph.constants)
  const makers = new Map<Value, GraphNode>()
  const uses = usesOf(graph)
  const fresh = freshValues(graph)

  const constant = (data: Float32Array, shape: ReadonlyArray<number>): Value => {
    const value = fresh({ shape, dtype: "float32" })
    constants.set(value, data)
    return value
  }

  /** The convolution that a map is the result of, where that is all that it is and nobody else wants it. */
  const convolutionOf = (x: Value | undefined): GraphNode | undefined => {
    const maker = x && uses.get(x) === 1 ? makers.get(x) : undefined
    if (maker === undefined || !(maker.kernel in SIDE_BY_SIDE)) return undefined
    return (maker.attributes.activation ?? "linear") === "linear" ? maker : undefined
  }

  /** With a bias that is computed. */
  const biased = (node: GraphNode): GraphNode | undefined => {
    const sum = summed(node)
    const maker = convolutionOf(sum?.x)
    if (sum === undefined || maker === undefined || "bias" in maker.inputs) return undefined
    return { ...maker, inputs: { ...maker.inputs, bias: sum.bias }, outputs: node.outputs }
  }

  const scaled = (node: GraphNode): GraphNode | undefined => {
    const affine = affineOf(node, constants)
    const maker = convolutionOf(affine?.x)
    if (affine === undefined || maker === undefined) return undefined
    const { filter, bias } = maker.inputs
    const channels = Array.from({ length: node.outputs[0].shape[3] }, (_, channel) => channel)
    const weights = constants.get(filter)
    const added = bias === undefined ? () => 0 : perChannel(bias, channels.length, constants)
    if (added === undefined) return undefined
    const gains = channels.map(affine.gain)
    const scales = gains.some((gain) => gain !== 1)
    if (scales && weights === undefined) return undefined
    const run = SIDE_BY_SIDE[maker.kernel](filter.shape)
    const products = () => {
      const values = dataOf("float32", weights as ConstantData, sizeOf(filter.shape)) as Float32Array
      const all = new Float32Array(values.length)
      for (let at = 0, channel = 0; at < values.length; channel = (channel + 1) % gains.length) {
        for (let i = 0; i < run; i++, at++) all[at] = values[at] * gains[channel]
      }
      return all
    }
    const shifted = Float32Array.from(channels, (channel) => gains[channel] * added(channel) + affine.shift(channel))
    const inputs = {
      ...maker.inputs,
      filter: scales ? constant(products(), filter.shape) : filter,
      bias: constant(shifted, [channels.length])
    }
    return { ...maker, inputs, outputs: node.outputs }
  }

  const nodes = graph.nodes.map((node) => {
    const next = scaled(node) ?? biased(node) ?? node
    for (const output of next.outputs) makers.set(output, next)
    return next
  })
  return prune({ ...graph, constants, nodes })
}

/** Whether a graph convolves with filters that are known: the inference of one network, as it is compiled. */
export const hasConstantFilters = ({ nodes, constants }: Graph): boolean =>
  nodes.some(({ kernel, inputs }) => kernel in SIDE_BY_SIDE && constants.has(inputs.filter))

/** Without the reshapes that reshape nothing. */
const withoutIdle = (graph: Graph): Graph => {
  const same = new Map<Value, Value>()
  const seen = (value: Value) => same.get(value) ?? value
  const nodes = graph.nodes.flatMap((node) => {
    const inputs = Object.fromEntries(Object.entries(node.inputs).map(([name, value]) => [name, seen(value)]))
    const [output] = node.outputs
    if (node.kernel !== "Reshape" || inputs.x.shape.join() !== output.shape.join()) return [{ ...node, inputs }]
    same.set(output, inputs.x)
    return []
  })
  return { ...graph, nodes, outputs: graph.outputs.map(seen) }
}

/** What a node does to the channels of a map, where it is that and no more. */
const affineOf = (node: GraphNode, constants: Graph["constants"]): Affine | undefined => {
  const { kernel, inputs, attributes, outputs } = node
  const [output] = outputs
  if (output.dtype !== "float32" || output.shape.length !== 4) return undefined
  const channels = output.shape[3]
  const known = (value: Value) => perChannel(value, channels, constants)
  if (kernel === "Add" || kernel === "Multiply") {
    const [x, other] = constants.has(inputs.a) ? [inputs.b, inputs.a] : [inputs.a, inputs.b]
    const value = known(other)
    if (value === undefined || x.shape.join() !== output.shape.join()) return undefined
    return kernel === "Add" ? { x, gain: () => 1, shift: value } : { x, gain: value, shift: () => 0 }
  }
  if (kernel !== "BatchNorm" && kernel !== "FusedBatchNorm") return undefined
  const { x, scale, offset, mean, variance } = inputs
  const [factor, added] = [scale === undefined ? () => 1 : known(scale), offset === undefined ? () => 0 : known(offset)]
  const [center, spread] = [known(mean), known(variance)]
  if (factor === undefined || added === undefined || center === undefined || spread === undefined) return undefined
  const epsilon = Number(attributes.epsilon ?? attributes.varianceEpsilon)
  const gain = (channel: number) => factor(channel) / Math.sqrt(spread(channel) + epsilon)
  return { x, gain, shift: (channel) => added(channel) - center(channel) * gain(channel) }
}

/** A constant that is one number for all channels, or one for each. */
const perChannel = (value: Value, channels: number, constants: Graph["constants"]) => {
  const data = constants.get(value)
  if (data === undefined) return undefined
  if ("splat" in data) return () => data.splat
  if (data.length === 1) return () => data[0]
  const fits = data.length === channels && value.shape.at(-1) === channels
  return fits ? (channel: number) => data[channel] : undefined
}
