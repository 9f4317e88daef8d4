import { CompileError } from "./compileError.ts"
import { type Laid, makeEmitter } from "./emitter.ts"
import type { Graph, TensorType, Value } from "./graph.ts"
import { identity, NCHW, type Order, physical } from "./layout.ts"
import type { OnnxModel, OnnxNode } from "./onnx/model.ts"
import { RULES } from "./rules/index.ts"
import { schedule } from "./schedule.ts"

/** A graph as an ONNX model, and in which orders its inputs and outputs lie. */
export interface Lowered {
  readonly model: OnnxModel
  readonly inputs: ReadonlyArray<Lying>
  readonly outputs: ReadonlyArray<Lying>
}

export interface Lying extends TensorType {
  /** In the model. */
  readonly name: string
  readonly order: Order
}

export interface LowerOptions {
  /** Whether operators of ONNX Runtime beyond ONNX's own may be used. Default true. */
  readonly contrib?: boolean
  /** Orders of inputs that lie somewhere already. The rest is laid out as suits the graph. */
  readonly given?: ReadonlyMap<Value, Order>
  /** Orders that outputs must have, by position. Default: as they come. */
  readonly outputOrders?: ReadonlyArray<Order | undefined>
}

const OPSETS = { "": 17, "com.microsoft": 1 }

/**
 * Writes a graph as an ONNX model. Each tensor carries the order that it lies in, so that tfjs's layout (channels last) and
 * ONNX's (channels first) meet without moving memory wherever the graph lets them.
 *
 * @throws CompileError for a kernel that is not known
 */
export const lower = (graph: Graph, options: LowerOptions = {}): Lowered => {
  const { contrib = true, given = new Map<Value, Order>(), outputOrders = [] } = options
  const emit = makeEmitter({ contrib })
  const wanted = wantedOrders(graph, given)
  const laid = new Map<Value, Laid>()
  for (const [value, constant] of graph.constants) {
    laid.set(value, { ...value, name: "", constant, order: identity(value.shape.length) })
  }
  const inputs = graph.inputs.map((value, i) => {
    const order = given.get(value) ?? wanted.get(value) ?? defaultOrder(value)
    const name = `x${i}`
    laid.set(value, { ...value, name, order })
    return lying(name, order, value)
  })
  for (const { kernel, inputs: used, attributes, outputs } of graph.nodes) {
    const operands = Object.fromEntries(Object.entries(used).map(([name, value]) => [name, laid.get(value) as Laid]))
    const result = ruleOf(kernel).lower(emit, operands, attributes, outputs)
    const results = Array.isArray(result) ? (result as ReadonlyArray<Laid>) : [result as Laid]
    for (const [i, value] of outputs.entries()) laid.set(value, results[i])
  }
  const placed = graph.outputs.map((value, i) => {
    const found = laid.get(value) as Laid
    const order = outputOrders[i] ?? found.order
    return lying(emit.place(found, order), order, value)
  })
  // Each output has a name of its own, also where two are the same, or one is an input or a constant.
  const free = new Set(emit.nodes.flatMap((node) => node.outputs))
  const ends: Array<OnnxNode> = []
  const outputs = placed.map(({ name, ...rest }, i) => {
    if (free.delete(name)) return { name, ...rest }
    ends.push({ op: "Identity", inputs: [name], outputs: [`y${i}`] })
    return { name: `y${i}`, ...rest }
  })
  const all = needed([...emit.nodes, ...ends], outputs)
  const bound = ({ name, order, dtype, shape }: Lying) => ({ name, type: dtype, dims: physical(shape, order) })
  return {
    model: {
      name: "hepaflow",
      nodes: contrib ? schedule(all) : all,
      constants: emit.constants,
      inputs: inputs.map(bound),
      outputs: outputs.map(bound),
      opsets: contrib ? OPSETS : { "": 17 }
    },
    inputs,
    outputs
  }
}

/** Without nodes that nothing came of, such as a reshape that was reshaped again. */
const needed = (nodes: ReadonlyArray<OnnxNode>, outputs: ReadonlyArray<Lying>): ReadonlyArray<OnnxNode> => {
  const used = new Set(outputs.map(({ name }) => name))
  const kept = [...nodes].reverse().filter((node) => {
    if (!node.outputs.some((name) => used.has(name))) return false
    for (const name of node.inputs) used.add(name)
    return true
  })
  return kept.reverse()
}

const lying = (name: string, order: Order, { shape, dtype }: Value): Lying => ({ name, order, shape, dtype })

const ruleOf = (kernel: string) => {
  const rule = RULES[kernel]
  if (rule?.lower !== undefined) return rule
  throw new CompileError({ op: kernel, reason: "no rule says how to compile it", remedy: "use another op" })
}

/** Maps lie with their channels before space unless something wants them otherwise. */
const defaultOrder = ({ shape }: Value): Order => (shape.length === 4 ? NCHW : identity(shape.length))

/**
 * In which order inputs are best laid out: what their users want, handed on through kernels that leave memory as it lies, so
 * that a filter's velocity lies as the filter does, also where several filters have one velocity together.
 */
const wantedOrders = (graph: Graph, given: ReadonlyMap<Value, Order>): ReadonlyMap<Value, Order> => {
  const parent = new Map<Value, Value>()
  const find = (value: Value): Value => {
    let top = value
    for (let up = parent.get(top); up !== undefined; up = parent.get(top)) top = up
    for (let at = value; at !== top; ) {
      const up = parent.get(at) ?? top
      parent.set(at, top)
      at = up
    }
    return top
  }
  const wanted = new Map<Value, Order>()
  const wants: Array<readonly [Value, Order]> = [...given]
  for (const { kernel, inputs, outputs } of graph.nodes) {
    const rule = ruleOf(kernel)
    for (const [name, order] of Object.entries(rule.wants ?? {})) {
      const value = name === "" ? outputs[0] : inputs[name]
      if (value?.shape.length === order.length) wants.push([value, order])
    }
    if (rule.aligned !== true) continue
    const [first] = outputs
    for (const other of [...Object.values(inputs), ...outputs]) {
      if (other.shape.length !== first.shape.length) continue
      const [a, b] = [find(other), find(first)]
      if (a !== b) parent.set(a, b)
    }
  }
  for (const [value, order] of wants) if (!wanted.has(find(value))) wanted.set(find(value), order)
  return new Map(
    graph.inputs.flatMap((value) => {
      const order = wanted.get(find(value))
      return order === undefined ? [] : [[value, order] as const]
    })
  )
}
