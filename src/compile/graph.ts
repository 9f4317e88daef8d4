/** Types of elements that tfjs computes with. */
export type DType = "float32" | "int32" | "bool"

/** What is known of a tensor without its values. */
export interface TensorType {
  readonly shape: ReadonlyArray<number>
  readonly dtype: DType
}

/** One tensor of a graph. Identity is by reference. */
export interface Value extends TensorType {
  readonly id: number
}

/** Numbers that are known when a graph is made: all of them, or one that fills the whole shape. */
export type ConstantData = Float32Array | Int32Array | Uint8Array | { readonly splat: number }

/** Options of a kernel, as tfjs passes them. */
export type Attributes = Readonly<Record<string, unknown>>

/** One call of a tfjs kernel. Inputs have the kernel's own names, those of a list its positions, in which objects keep them. */
export interface GraphNode {
  readonly kernel: string
  readonly inputs: Readonly<Record<string, Value>>
  readonly attributes: Attributes
  readonly outputs: ReadonlyArray<Value>
}

/** A pure tensor function with its shapes: nodes in the order in which they can run. */
export interface Graph {
  readonly inputs: ReadonlyArray<Value>
  readonly constants: ReadonlyMap<Value, ConstantData>
  readonly nodes: ReadonlyArray<GraphNode>
  readonly outputs: ReadonlyArray<Value>
}

export const sameShape = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): boolean => a.join() === b.join()

/** The number of elements of a shape. */
export const sizeOf = (shape: ReadonlyArray<number>): number => shape.reduce((size, n) => size * n, 1)

/**
 * A graph without what its outputs do not depend on. What has no elements depends on nothing: it is a constant, and no runtime
 * is asked for it. Inputs stay, so that a signature stays.
 */
export const prune = ({ inputs, constants, nodes, outputs }: Graph): Graph => {
  const needed = new Set<Value>(outputs)
  const empty: Array<Value> = []
  const kept = [...nodes].reverse().filter((node) => {
    const wanted = node.outputs.filter((output) => needed.has(output))
    if (wanted.every(({ shape }) => sizeOf(shape) === 0)) {
      empty.push(...wanted)
      return false
    }
    for (const input of Object.values(node.inputs)) needed.add(input)
    return true
  })
  const known = [...constants].filter(([value]) => needed.has(value))
  const nothing = empty.map((value) => [value, { splat: 0 }] as const)
  return { inputs, constants: new Map([...known, ...nothing]), nodes: kept.reverse(), outputs }
}

/** How many times each value is used, as an output too. */
export const usesOf = ({ nodes, outputs }: Graph): ReadonlyMap<Value, number> => {
  const uses = new Map<Value, number>()
  for (const value of [...nodes.flatMap(({ inputs }) => Object.values(inputs)), ...outputs]) {
    uses.set(value, (uses.get(value) ?? 0) + 1)
  }
  return uses
}

/** Makes values that a graph does not have yet. */
export const freshValues = ({ inputs, constants, nodes }: Graph): ((type: TensorType) => Value) => {
  const all = [...inputs, ...constants.keys(), ...nodes.flatMap(({ outputs }) => outputs)]
  let ids = all.reduce((most, { id }) => Math.max(most, id), 0)
  return ({ shape, dtype }) => ({ id: ++ids, shape, dtype })
}
