import { type ConstantData, type DType, sameShape, sizeOf, type TensorType } from "./graph.ts"
import { identity, inFront, type Order, permutation, physical, reorder, sameMemory } from "./layout.ts"
import type { OnnxAttribute, OnnxData, OnnxNode, OnnxTensor, OnnxType } from "./onnx/model.ts"

/** A tensor of the graph as it stands in the ONNX model: under a name, in an order; or still as its numbers. */
export interface Laid extends TensorType {
  /** Empty for a constant, which gets a name when it is placed. */
  readonly name: string
  readonly order: Order
  /** The numbers of a constant, in plain order. */
  readonly constant?: ConstantData
}

/** What an operator is told: integers, or whatever else by its kind. */
export type Told = Readonly<Record<string, number | ReadonlyArray<number> | string | OnnxAttribute>>

export interface MatMulOptions {
  /** Whether the last two axes of a factor are to be swapped; then its rank must be given. */
  readonly transposeA?: boolean
  readonly transposeB?: boolean
  readonly ranks?: readonly [a: number, b: number]
}

/**
 * Writes the nodes of an ONNX model, one by one, and moves tensors between orders where it must. What is asked for again, of the
 * same inputs, is not written again.
 */
export interface Emitter {
  /** Adds a node with one result; gives its name. */
  readonly op: (op: string, inputs: ReadonlyArray<string>, told?: Told) => string
  /** Adds a node with several results; gives their names. */
  readonly ops: (op: string, inputs: ReadonlyArray<string>, results: number, told?: Told) => ReadonlyArray<string>
  /** Vectors in memory that nobody else is given, for an operator that writes over them. What they hold means nothing. */
  readonly scratch: (lengths: ReadonlyArray<number>) => ReadonlyArray<string>
  /** The product of the last two axes, the rest broadcast. */
  readonly matMul: (a: string, b: string, options?: MatMulOptions) => string
  /** A constant of any shape. */
  readonly tensor: (type: OnnxType, dims: ReadonlyArray<number>, data: OnnxData) => string
  /** A list of whole numbers, as sizes and axes are given. */
  readonly ints: (values: ReadonlyArray<number>) => string
  /** One number of a tfjs type. */
  readonly scalar: (dtype: DType, value: number) => string
  /** The name of a tensor in an order; its memory is moved where it lies otherwise. */
  readonly place: (tensor: Laid, order: Order) => string
  /** The same with axes of length 1 put in front, up to the rank of `order`; a single number stays one. */
  readonly operand: (tensor: Laid, order: Order) => string
  /** A reshape in memory. */
  readonly reshape: (name: string, dims: ReadonlyArray<number>) => string
  readonly cast: (name: string, dtype: DType) => string
  /** What has been written. */
  readonly nodes: ReadonlyArray<OnnxNode>
  readonly constants: ReadonlyArray<OnnxTensor>
}

export interface EmitterOptions {
  /**
   * Whether operators beyond ONNX's own may be used, which ONNX Runtime has. A model of ONNX's alone has each node as often as it
   * was asked for, so that it is the same model whatever its constants are.
   */
  readonly contrib: boolean
}

/** Numbers of ONNX's types, as its `Cast` wants them. */
const TYPE_CODE = { float32: 1, int32: 6, bool: 9 } as const satisfies Record<DType, number>

export const makeEmitter = ({ contrib }: EmitterOptions): Emitter => {
  const nodes: Array<OnnxNode> = []
  const constants: Array<OnnxTensor> = []
  const known = new Map<string, string>()
  const written = new Map<string, ReadonlyArray<string>>()
  /** Of what is a reshape, what it was before all reshapes. */
  const origins = new Map<string, string>()
  const ofConstants = new WeakMap<object, Map<string, string>>()

  const ops: Emitter["ops"] = (op, inputs, results, told = {}) => {
    if (!contrib) return write(op, inputs, results, told)
    const key = JSON.stringify([op, inputs, results, told], exactly)
    const before = written.get(key)
    if (before !== undefined) return before
    const outputs = write(op, inputs, results, told)
    written.set(key, outputs)
    return outputs
  }
  const write: Emitter["ops"] = (op, inputs, results, told = {}) => {
    const outputs = Array.from({ length: results }, (_, i) => `n${nodes.length}${i === 0 ? "" : `_${i}`}`)
    const attributes = Object.fromEntries(Object.entries(told).map(([name, value]) => [name, attributeOf(value)]))
    const domain = op.startsWith("com.microsoft.") ? "com.microsoft" : undefined
    const plain = domain === undefined ? op : op.slice(domain.length + 1)
    nodes.push({ op: plain, ...(domain && { domain }), inputs, outputs, attributes })
    return outputs
  }
  const op: Emitter["op"] = (name, inputs, told) => ops(name, inputs, 1, told)[0]

  const tensor: Emitter["tensor"] = (type, dims, data) => {
    const key = data.length <= 64 ? JSON.stringify([type, dims, [...data]], exactly) : undefined
    const before = key === undefined ? undefined : known.get(key)
    if (before !== undefined) return before
    const name = `c${constants.length}`
    constants.push({ name, type, dims, data })
    if (key !== undefined) known.set(key, name)
    return name
  }
  const ints: Emitter["ints"] = (values) =>
    tensor(
      "int64",
      [values.length],
      BigInt64Array.from(values, (value) => BigInt(value))
    )
  const scalar: Emitter["scalar"] = (dtype, value) => tensor(dtype, [], dataOf(dtype, { splat: value }, 1))

  const reshape: Emitter["reshape"] = (name, dims) => {
    const whole = origins.get(name) ?? name
    // Else a length of 0 would stand for the one that was.
    const reshaped = op("Reshape", [whole, ints(dims)], dims.includes(0) ? { allowzero: 1 } : {})
    origins.set(reshaped, whole)
    return reshaped
  }

  const constantIn = (
    { constant, dtype, order: from, shape }: Laid & { readonly constant: ConstantData },
    to: Order
  ) => {
    const names = ofConstants.get(constant) ?? new Map<string, string>()
    ofConstants.set(constant, names)
    const key = `${dtype}[${shape}]${to}`
    const before = names.get(key)
    if (before !== undefined) return before
    const data = dataOf(dtype, constant, sizeOf(shape))
    const name = tensor(dtype, physical(shape, to), reorder(data, shape, from, to))
    names.set(key, name)
    return name
  }

  const place: Emitter["place"] = (value, to) => {
    const { name, order: from, shape, constant } = value
    if (constant !== undefined) return constantIn({ ...value, constant }, to)
    if (from.join() === to.join()) return name
    return sameMemory(shape, from, to)
      ? reshape(name, physical(shape, to))
      : op("Transpose", [name], { perm: permutation(from, to) })
  }

  const operand: Emitter["operand"] = (value, order) => {
    const { constant, dtype, shape } = value
    if (constant !== undefined && "splat" in constant) return scalar(dtype, constant.splat)
    if (shape.length === 0) return place(value, [])
    const more = order.length - shape.length
    if (more === 0) return place(value, order)
    const wide = [...identity(more).map(() => 1), ...shape]
    if (constant !== undefined) return place({ ...value, shape: wide, order: identity(wide.length) }, order)
    const aligned = inFront(value.order, order.length)
    // Where only axes of length 1 come in, one reshape does both.
    if (sameMemory(wide, aligned, order)) {
      return sameShape(physical(wide, order), physical(shape, value.order)) ? value.name : reshaped(value, wide, order)
    }
    return place({ ...value, name: reshaped(value, wide, aligned), shape: wide, order: aligned }, order)
  }
  const reshaped = ({ name }: Laid, wide: ReadonlyArray<number>, order: Order) => reshape(name, physical(wide, order))

  const scratch: Emitter["scratch"] = (lengths) => {
    const size = lengths.reduce((sum, length) => sum + length, 0)
    // No two are alike, lest an optimisation take one for another.
    const whole = tensor(
      "float32",
      [size],
      Float32Array.from({ length: size }, (_, i) => nodes.length + i / size)
    )
    return write("Split", [whole, ints(lengths)], lengths.length, { axis: 0 })
  }

  const matMul: Emitter["matMul"] = (a, b, { transposeA = false, transposeB = false, ranks = [2, 2] } = {}) => {
    if (!transposeA && !transposeB) return op("MatMul", [a, b])
    if (contrib)
      return op("com.microsoft.FusedMatMul", [a, b], { transA: Number(transposeA), transB: Number(transposeB) })
    const swapped = (name: string, rank: number) =>
      op("Transpose", [name], { perm: [...identity(rank - 2), rank - 1, rank - 2] })
    return op("MatMul", [transposeA ? swapped(a, ranks[0]) : a, transposeB ? swapped(b, ranks[1]) : b])
  }

  return {
    op,
    ops,
    scratch,
    matMul,
    tensor,
    ints,
    scalar,
    place,
    operand,
    reshape,
    cast: (name, dtype) => op("Cast", [name], { to: TYPE_CODE[dtype] }),
    nodes,
    constants
  }
}

/** JSON has no infinities, no negative zero and no large whole numbers. */
const exactly = (_: string, value: unknown) => {
  const plain = typeof value === "number" ? Number.isFinite(value) && !Object.is(value, -0) : typeof value !== "bigint"
  return plain ? value : { [typeof value]: Object.is(value, -0) ? "-0" : String(value) }
}

/** All numbers of a constant. */
export const dataOf = (dtype: DType, constant: ConstantData, size: number): Float32Array | Int32Array | Uint8Array => {
  if (!("splat" in constant)) return constant
  const make = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype]
  return new make(size).fill(constant.splat)
}

const attributeOf = (value: Told[string]): OnnxAttribute => {
  if (typeof value === "number") return { int: value }
  if (typeof value === "string") return { string: value }
  return Array.isArray(value) ? { ints: value as ReadonlyArray<number> } : (value as OnnxAttribute)
}
