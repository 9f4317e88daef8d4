import { CompileError } from "./compileError.ts"
import { linesOf, otherSteps, refuse } from "./dynamicBatch.ts"
import type { ConstantData, Graph, GraphNode, Value } from "./graph.ts"

/** A function's graph for one batch size. */
export interface Sized {
  readonly batch: number
  readonly graph: Graph
}

/**
 * That a function does with a batch of one what it does with larger ones. ONNX nodes do not tell: where a length is 1, others
 * may do the same.
 *
 * @param single the graph for a batch of one
 * @param larger two others: every number of the graph must lie on the line through theirs
 * @throws CompileError for a function that does something else
 */
export const checkSingle = (single: Sized, larger: readonly [Sized, Sized]): void => {
  const [[one], others] = [withoutRepeats([single]), withoutRepeats(larger)]
  const batches = [...larger, single].map(({ batch }) => batch)
  if (others.some(({ nodes }) => nodes.length !== one.nodes.length)) otherSteps("the exported function")
  const isSame = others.map((other) => sameness(one, other))

  for (const [i, node] of one.nodes.entries()) {
    const theirs = others.map(({ nodes }) => nodes[i])
    for (const [k, other] of theirs.entries()) {
      checkRanks(node, other)
      if (partsOf(node).words !== partsOf(other).words) otherSteps(node.kernel)
      for (const [name, value] of Object.entries(node.inputs)) {
        if (!isSame[k](value, other.inputs[name])) refuse(node.kernel, "what it is given depends on the batch size")
      }
    }
    const numbers = [...theirs, node].map((each) => partsOf(each).numbers)
    linesOf(batches, numbers, node.kernel)
  }
  for (const [i, output] of one.outputs.entries()) {
    if (others.some(({ outputs }, k) => !isSame[k](output, outputs[i]))) otherSteps("the exported function")
  }
}

/** Functions that drop axes of length 1 (`squeeze`) give one image another shape than several. */
const checkRanks = (node: GraphNode, other: GraphNode): void => {
  for (const [i, { shape }] of node.outputs.entries()) {
    const { shape: larger } = other.outputs[i] ?? { shape }
    if (shape.length === larger.length) continue
    const reason = `it makes [${shape.join(", ")}] of a batch of one, and [${larger.join(", ")}] of a larger one`
    const remedy = "name the axes in squeeze, or export a batch of fixed size"
    throw new CompileError({ op: node.kernel, reason, remedy })
  }
}

/** A node apart from which values it is given: whole numbers, which may depend on the batch size, and all else. */
const partsOf = ({ kernel, inputs, attributes, outputs }: GraphNode) => {
  const numbers: Array<number> = []
  const types = outputs.map(({ shape, dtype }) => [shape, dtype])
  const words = JSON.stringify([kernel, Object.keys(inputs), attributes, types], (_, value) => {
    if (typeof value !== "number") return value
    if (!Number.isInteger(value)) return String(value)
    numbers.push(value)
    return 0
  })
  return { words, numbers }
}

/**
 * Graphs of one function without what repeats a value for each image. `broadcastTo` makes no such node where the value has the
 * shape already, as it has for a batch of one.
 */
const withoutRepeats = (sizes: ReadonlyArray<Sized>): ReadonlyArray<Graph> => {
  const isRepeat = (i: number) => {
    const reps = sizes.map(({ graph }) =>
      graph.nodes[i]?.kernel === "Tile" ? (graph.nodes[i].attributes.reps as Array<number>) : []
    )
    const isOne = (axis: number) => reps.every((each) => each[axis] === 1)
    const isBatch = (axis: number) => reps.every((each, k) => each[axis] === sizes[k].batch)
    return reps[0].length > 0 && reps[0].every((_, axis) => isOne(axis) || isBatch(axis))
  }
  return sizes.map(({ graph: { nodes, outputs, ...rest } }) => {
    const origins = new Map<Value, Value>()
    const originOf = (value: Value) => origins.get(value) ?? value
    const kept = nodes.flatMap((node, i) => {
      const inputs = Object.fromEntries(Object.entries(node.inputs).map(([name, value]) => [name, originOf(value)]))
      if (!isRepeat(i)) return [{ ...node, inputs }]
      origins.set(node.outputs[0], inputs.x)
      return []
    })
    return { ...rest, nodes: kept, outputs: outputs.map(originOf) }
  })
}

/** Whether two values of the graphs are one of the function's. */
const sameness = (one: Graph, other: Graph) => {
  const pairs = new Map<Value, Value>(one.inputs.map((input, i) => [input, other.inputs[i]]))
  for (const [i, { outputs }] of one.nodes.entries()) {
    for (const [k, output] of outputs.entries()) pairs.set(output, other.nodes[i].outputs[k])
  }
  return (a: Value, b: Value): boolean => {
    const [ours, theirs] = [one.constants.get(a), other.constants.get(b)]
    return ours === undefined || theirs === undefined ? ours === theirs && pairs.get(a) === b : sameData(ours, theirs)
  }
}

const sameData = (first: ConstantData, second: ConstantData): boolean => {
  const [a, b] = [first, second].map((data) => ("splat" in data || data.length !== 1 ? data : { splat: data[0] }))
  if ("splat" in a || "splat" in b) return "splat" in a && "splat" in b && Object.is(a.splat, b.splat)
  return a === b || (a.length === b.length && a.every((value, i) => Object.is(value, b[i])))
}
