import { CompileError } from "./compileError.ts"
import { sameShape } from "./graph.ts"
import type { OnnxModel, OnnxNode, OnnxTensor } from "./onnx/model.ts"

/** The name of an open length. */
export const BATCH = "batch"

/** Lengths of an input as they lie, one of them open. */
export type OpenDims = ReadonlyArray<number | typeof BATCH>

/**
 * One model for every batch size, from models of one function for a few sizes. These must have the same nodes, and constants
 * that are the same, or that depend on the batch size linearly; those are computed from the shape of an input.
 *
 * @param modelOf the model for one batch size
 * @param batches three or more: two to draw a line through, the others to confirm it
 * @param inputs the lengths of each input, of which one is open at least
 * @throws CompileError for what depends on the batch size in any other way
 */
export const dynamicBatch = (
  modelOf: (batch: number) => OnnxModel,
  batches: ReadonlyArray<number>,
  inputs: ReadonlyArray<OpenDims>
): OnnxModel => {
  const first = modelOf(batches[0])
  // Of the other models only the differences are kept, so that no more than two are in memory.
  const others = batches.slice(1).map((batch) => differences(first, modelOf(batch)))
  const known = constantsOf(first)
  const made = { nodes: [] as Array<OnnxNode>, constants: [] as Array<OnnxTensor> }
  const computed = arithmetic(made, first, inputs)

  const nodes = first.nodes.map((node, i) => ({
    ...node,
    inputs: node.inputs.map((name, position) => {
      const at = `${i}:${position}`
      if (!others.some(({ constants }) => constants.has(at))) return name
      const found = known.get(name) as OnnxTensor
      const all = [found, ...others.map(({ constants }) => constants.get(at) ?? found)]
      if (all.every(({ dims, type }) => type === "int64" && sameShape(dims, found.dims))) {
        const lists = all.map(({ data }) => Array.from(data, Number))
        const lines = linesOf(batches, lists, node.op)
        return node.op === "Reshape" && lines.filter(isOpen).length === 1
          ? // It finds one length out by itself.
            computed.ints(lines.map((line) => (isOpen(line) ? -1 : line.start)))
          : computed.list(lines)
      }
      const [value] = found.data
      if (!all.every(({ data }) => isFilledWith(data, value)))
        refuse(node.op, "a constant of it depends on the batch size")
      const lengths = all.map(({ dims }) => dims)
      return computed.filled(found, linesOf(batches, lengths, node.op))
    })
  }))
  const used = new Set([...made.nodes, ...nodes].flatMap((node) => node.inputs))
  return {
    ...first,
    nodes: [...made.nodes, ...nodes],
    constants: [...first.constants, ...made.constants].filter(({ name }) => used.has(name)),
    inputs: first.inputs.map((input, i) => ({ ...input, dims: inputs[i] })),
    outputs: first.outputs.map((output, i) => {
      const lengths = [output.dims as ReadonlyArray<number>, ...others.map(({ outputs }) => outputs[i])]
      return { ...output, dims: linesOf(batches, lengths, `the output ${output.name}`).map(symbolOf) }
    })
  }
}

/** What one model has otherwise than another of the same nodes. */
interface Differences {
  /** Constants by the node and the position where they are used. */
  readonly constants: ReadonlyMap<string, OnnxTensor>
  /** Lengths of the outputs. */
  readonly outputs: ReadonlyArray<ReadonlyArray<number>>
}

const differences = (a: OnnxModel, b: OnnxModel): Differences => {
  const [knownA, knownB] = [constantsOf(a), constantsOf(b)]
  const constants = new Map<string, OnnxTensor>()
  if (a.nodes.length !== b.nodes.length) otherSteps("the exported function")
  for (const [i, node] of a.nodes.entries()) {
    const other = b.nodes[i]
    if (node.op !== other.op || node.inputs.length !== other.inputs.length) otherSteps(node.op)
    if (node.outputs.length !== other.outputs.length) otherSteps(node.op)
    if (JSON.stringify(node.attributes) !== JSON.stringify(other.attributes)) {
      refuse(node.op, "one of its attributes depends on the batch size")
    }
    for (const [position, name] of node.inputs.entries()) {
      const [constant, another] = [knownA.get(name), knownB.get(other.inputs[position])]
      if (constant === undefined || another === undefined) {
        // Values are named by their place in the graph, constants as they come.
        if (constant !== another || name !== other.inputs[position]) otherSteps(node.op)
      } else if (!sameTensor(constant, another)) constants.set(`${i}:${position}`, another)
    }
  }
  return { constants, outputs: b.outputs.map(({ dims }) => dims as ReadonlyArray<number>) }
}

/** Writes nodes that compute lengths, each once. */
const arithmetic = (
  made: { readonly nodes: Array<OnnxNode>; readonly constants: Array<OnnxTensor> },
  model: OnnxModel,
  inputs: ReadonlyArray<OpenDims>
) => {
  const op = (name: string, from: ReadonlyArray<string>, output: string, attributes: OnnxNode["attributes"] = {}) => {
    if (!made.nodes.some(({ outputs }) => outputs[0] === output)) {
      made.nodes.push({ op: name, inputs: from, outputs: [output], attributes })
    }
    return output
  }
  const constant = (tensor: OnnxTensor) => {
    if (!made.constants.some(({ name }) => name === tensor.name)) made.constants.push(tensor)
    return tensor.name
  }
  const ints = (values: ReadonlyArray<number>) => {
    const data = BigInt64Array.from(values, (value) => BigInt(value))
    return constant({ name: `batch:[${values}]`, type: "int64", dims: [values.length], data })
  }
  const size = () => {
    const input = inputs.findIndex((dims) => dims.includes(BATCH))
    const start = inputs[input].indexOf(BATCH)
    return op("Shape", [model.inputs[input].name], "batch:size", { start: { int: start }, end: { int: start + 1 } })
  }
  const list = (lines: ReadonlyArray<Line>) => {
    const slopes = ints(lines.map(({ slope }) => slope))
    const scaled = op("Mul", [size(), slopes], `${slopes}*size`)
    if (lines.every(({ start }) => start === 0)) return scaled
    const starts = ints(lines.map(({ start }) => start))
    return op("Add", [scaled, starts], `${scaled}+${starts}`)
  }
  const filled = ({ name, type, data }: OnnxTensor, lines: ReadonlyArray<Line>) => {
    const one = constant({ name: `${name}:one`, type, dims: [], data: data.slice(0, 1) })
    return op("Expand", [one, list(lines)], `${name}:filled`)
  }
  return { ints, list, filled }
}

/** A whole number for each batch size: slope batch + start. */
interface Line {
  readonly slope: number
  readonly start: number
}

const isOpen = ({ slope }: Line) => slope !== 0

/** The lines through numbers that are given for each batch size. */
export const linesOf = (
  batches: ReadonlyArray<number>,
  lists: ReadonlyArray<ReadonlyArray<number>>,
  op: string
): ReadonlyArray<Line> =>
  lists[0].map((_, position) => {
    const values = lists.map((list) => list[position])
    const slope = (values[1] - values[0]) / (batches[1] - batches[0])
    const start = values[0] - slope * batches[0]
    const straight = batches.every((batch, i) => slope * batch + start === values[i])
    if (Number.isInteger(slope) && straight) return { slope, start }
    return refuse(op, `one of its lengths is ${values.join(", ")} for batches of ${batches.join(", ")}`)
  })

const symbolOf = (line: Line): number | string => {
  if (!isOpen(line)) return line.start
  const { slope, start } = line
  return `${slope === 1 ? "" : `${slope}*`}${BATCH}${start === 0 ? "" : `${start > 0 ? "+" : ""}${start}`}`
}

const constantsOf = ({ constants }: OnnxModel): ReadonlyMap<string, OnnxTensor> =>
  new Map(constants.map((each) => [each.name, each]))

/** To the bit. */
const sameTensor = (a: OnnxTensor, b: OnnxTensor): boolean => {
  if (a.type !== b.type || !sameShape(a.dims, b.dims)) return false
  const [x, y] = [bitsOf(a.data), bitsOf(b.data)]
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false
  return true
}

const bitsOf = (data: OnnxTensor["data"]) => {
  const { buffer, byteOffset, byteLength } = data
  return data.BYTES_PER_ELEMENT === 1
    ? new Uint8Array(buffer, byteOffset, byteLength)
    : new Int32Array(buffer, byteOffset, byteLength / 4)
}

const isFilledWith = (data: OnnxTensor["data"], value: number | bigint): boolean => {
  for (const each of data) if (!Object.is(each, value)) return false
  return true
}

export const refuse = (op: string, reason: string): never => {
  throw new CompileError({
    op,
    reason,
    remedy: "let the function treat each image alike, whatever their number, or export it for a batch of fixed size"
  })
}

export const otherSteps = (op: string): never => refuse(op, "the function has other steps for another batch size")
