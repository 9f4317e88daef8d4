import { backend_util } from "@tensorflow/tfjs-core"
import { CompileError } from "../compileError.ts"
import { dataOf, type Emitter, type Laid } from "../emitter.ts"
import { type DType, sizeOf, type TensorType } from "../graph.ts"
import { identity } from "../layout.ts"
import { fused } from "./convolution.ts"
import { axisOf, FLOAT, type LoweredRule, NUMBERS, type Rule, type Rules } from "./rule.ts"

/** A factor with its batch axes outermost, and whether its last two lie the other way round. */
const factor = (emit: Emitter, x: Laid): { readonly name: string; readonly swapped: boolean } => {
  const rank = x.shape.length
  const batch = identity(rank - 2)
  const other = [...batch, rank - 1, rank - 2]
  const swapped = x.constant === undefined && x.order.join() === other.join()
  return { name: emit.place(x, swapped ? other : identity(rank)), swapped }
}

const batchMatMul: LoweredRule = {
  attributes: ["transposeA", "transposeB"],
  types: FLOAT,
  infer: ({ a, b }, { transposeA, transposeB }) => {
    const [outer, rows, columns] = [
      backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2)),
      a.shape.at(transposeA === true ? -1 : -2) as number,
      b.shape.at(transposeB === true ? -2 : -1) as number
    ]
    const [inner, other] = [innerOf(a, transposeA), b.shape.at(transposeB === true ? -1 : -2)]
    if (inner !== other) {
      const reason = `it sums over ${inner} of [${a.shape}] and ${other} of [${b.shape}]`
      throw new CompileError({ op: "BatchMatMul", reason, remedy: "give factors whose inner lengths are the same" })
    }
    return { shape: [...outer, rows, columns], dtype: a.dtype }
  },
  lower: (emit, { a, b }, { transposeA, transposeB }, [output]) => {
    const order = identity(output.shape.length)
    // ONNX Runtime leaves what was in memory where it has nothing to sum.
    if (innerOf(a, transposeA) === 0) return { ...output, name: zeros(emit, output.dtype, output.shape), order }
    const [left, right] = [factor(emit, a), factor(emit, b)]
    const name = emit.matMul(left.name, right.name, {
      transposeA: left.swapped !== (transposeA === true),
      transposeB: right.swapped !== (transposeB === true),
      ranks: [a.shape.length, b.shape.length]
    })
    return { ...output, name, order }
  }
}

/** How many products are summed for each number of the result. */
const innerOf = ({ shape }: TensorType, transposed: unknown) => shape.at(transposed === true ? -2 : -1)

/** x times a matrix along one axis: y_j = sum_i matrix_ji x_i. Rows or columns stay where they lie. */
const axisProduct: Rule = {
  attributes: ["axis"],
  types: FLOAT,
  infer: ({ x, matrix }, { axis }) => ({
    shape: x.shape.map((n, i) => (i === axis ? matrix.shape[0] : n)),
    dtype: x.dtype
  }),
  lower: (emit, { x, matrix }, { axis }, [output]) => {
    const rank = x.shape.length
    const at = x.order.indexOf(axis as number)
    const order = at >= rank - 2 ? x.order : [...identity(rank).filter((i) => i !== axis), axis as number]
    const [values, weights] = [emit.place(x, order), emit.place(matrix, [0, 1])]
    const name =
      order.indexOf(axis as number) === rank - 1
        ? emit.matMul(values, weights, { transposeB: true, ranks: [rank, 2] })
        : emit.op("MatMul", [weights, values])
    return { ...output, name, order }
  }
}

/** Rows by their positions, along one axis. Those below 0 are refused, as tfjs does; ONNX would count them from the end. */
const gather: Rule = {
  attributes: ["axis", "batchDims"],
  infer: ({ x, indices }, { axis: given, batchDims = 0 }) => {
    if (batchDims !== 0) {
      throw new CompileError({ op: "GatherV2", reason: "it has batch dimensions", remedy: "gather without batchDims" })
    }
    const along = axisOf(given, x.shape.length)
    return { shape: [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)], dtype: x.dtype }
  },
  lower: (emit, { x, indices }, { axis }, [output]) => {
    const along = axisOf(axis, x.shape.length)
    const positions = positionsBelow(emit, indices, x.shape[along])
    const simple = indices.shape.length === 1
    const order = simple ? x.order : identity(x.shape.length)
    const name = emit.op("Gather", [emit.place(x, order), positions], { axis: order.indexOf(along) })
    return { ...output, name, order: simple ? order : identity(output.shape.length) }
  }
}

const positionsBelow = (emit: Emitter, indices: Laid, length: number): string => {
  const name = emit.place(indices, identity(indices.shape.length))
  if (indices.constant === undefined) {
    const negative = emit.op("Less", [name, emit.scalar("int32", 0)])
    return emit.op("Where", [negative, emit.scalar("int32", 2 ** 31 - 1), name])
  }
  const missing = dataOf("int32", indices.constant, 1).find((position) => position < 0 || position >= length)
  if (missing === undefined) return name
  const reason = `it is to look up ${missing} among ${length}`
  throw new CompileError({ op: "GatherV2", reason, remedy: "count positions from 0" })
}

/** The last axis of `indices` points into the first axes of `params`. */
const gatherNd: Rule = {
  infer: ({ params, indices }) => {
    const depth = indices.shape.at(-1) as number
    if (depth > params.shape.length) {
      const reason = `its positions have ${depth} parts, for [${params.shape}]`
      throw new CompileError({ op: "GatherNd", reason, remedy: "give one for each of the first axes" })
    }
    return { shape: [...indices.shape.slice(0, -1), ...params.shape.slice(depth)], dtype: params.dtype }
  },
  lower: (emit, { params, indices }, _, [output]) => {
    const { at, rows, width } = rowsAt(emit, indices, params.shape)
    const table = emit.reshape(emit.place(params, identity(params.shape.length)), [rows, width])
    const name = emit.reshape(emit.op("Gather", [table, at], { axis: 0 }), output.shape)
    return { ...output, name, order: identity(output.shape.length) }
  }
}

const INT64 = 7

/** Where the last axis of indices points into the first axes of a shape, as rows of a table. */
interface Rows {
  readonly at: string
  readonly count: number
  readonly rows: number
  readonly width: number
}

const rowsAt = (emit: Emitter, indices: Laid, shape: ReadonlyArray<number>): Rows => {
  const [depth, count] = [indices.shape.at(-1) as number, sizeOf(indices.shape.slice(0, -1))]
  const lengths = shape.slice(0, depth)
  const rows = sizeOf(lengths)
  const strides = lengths.map((_, i) => sizeOf(lengths.slice(i + 1)))
  const plain = emit.op("Cast", [emit.place(indices, identity(indices.shape.length))], { to: INT64 })
  const name = emit.reshape(plain, [count, depth])
  // What is outside along one axis is beyond the last row, which is refused, and not somewhere else in the table.
  const all = emit.op("Where", [outside(emit, name, lengths), emit.ints([rows]), name])
  const at = emit.op("ReduceSum", [emit.op("Mul", [all, emit.ints(strides)]), emit.ints([1])], { keepdims: 0 })
  return { at, count, rows, width: sizeOf(shape.slice(depth)) }
}

const outside = (emit: Emitter, positions: string, lengths: ReadonlyArray<number>): string =>
  emit.op("Or", [
    emit.op("Less", [positions, emit.ints([0])]),
    emit.op("GreaterOrEqual", [positions, emit.ints(lengths)])
  ])

/**
 * Updates put into rows of a table, or added to them, in their order. ONNX Runtime's ScatterND is faster, by threads of which one
 * loses what another adds to the same row.
 */
const scattered = (
  emit: Emitter,
  table: string,
  updates: string,
  { at, count, width }: Rows,
  reduction: "add" | "none"
): string => {
  const places = emit.op("Expand", [emit.reshape(at, [count, 1]), emit.ints([count, width])])
  return emit.op("ScatterElements", [table, places, emit.reshape(updates, [count, width])], { axis: 0, reduction })
}

const zeros = (emit: Emitter, dtype: DType, dims: ReadonlyArray<number>): string =>
  emit.op("Expand", [emit.scalar(dtype, 0), emit.ints(dims)])

/** Sums of updates, on zeros. */
const scatterNd: Rule = {
  attributes: ["shape"],
  types: NUMBERS,
  infer: ({ updates }, { shape }) => ({ shape: shape as ReadonlyArray<number>, dtype: updates.dtype }),
  lower: (emit, { indices, updates }, _, [output]) => {
    const places = rowsAt(emit, indices, output.shape)
    const values = emit.place(updates, identity(updates.shape.length))
    const sums = scattered(emit, zeros(emit, output.dtype, [places.rows, places.width]), values, places, "add")
    return { ...output, name: emit.reshape(sums, output.shape), order: identity(output.shape.length) }
  }
}

/** Sums of the rows of each segment; a segment that is out of range counts nowhere. The gradient of gathering. */
const unsortedSegmentSum: Rule = {
  attributes: ["numSegments"],
  types: NUMBERS,
  infer: ({ x, segmentIds }, { numSegments }) => ({
    shape: [Number(numSegments), ...x.shape.slice(segmentIds.shape.length)],
    dtype: x.dtype
  }),
  lower: (emit, { x, segmentIds }, _, [output]) => {
    const [segments, ...rest] = output.shape
    const [count, width] = [sizeOf(segmentIds.shape), sizeOf(rest)]
    const ids = emit.op("Cast", [emit.place(segmentIds, identity(segmentIds.shape.length))], { to: INT64 })
    // One row more, for what belongs to none.
    const rows = segments + 1
    const at = emit.op("Where", [outside(emit, ids, [segments]), emit.ints([segments]), ids])
    const values = emit.place(x, identity(x.shape.length))
    const sums = scattered(emit, zeros(emit, x.dtype, [rows, width]), values, { at, count, rows, width }, "add")
    const kept = emit.op("Slice", [sums, emit.ints([0]), emit.ints([segments]), emit.ints([0])])
    return { ...output, name: emit.reshape(kept, output.shape), order: identity(output.shape.length) }
  }
}

/** A tensor with some of its slices replaced. */
const tensorScatterUpdate: Rule = {
  infer: ({ tensor }) => tensor,
  lower: (emit, { tensor, indices, updates }, _, [output]) => {
    const [before, values] = [tensor, updates].map((each) => emit.place(each, identity(each.shape.length)))
    const places = rowsAt(emit, indices, output.shape)
    const table = emit.reshape(before, [places.rows, places.width])
    const name = emit.reshape(scattered(emit, table, values, places, "none"), output.shape)
    return { ...output, name, order: identity(output.shape.length) }
  }
}

/** Sums of products over the axes that its equation leaves out of the result. */
const einsum: Rule = {
  attributes: ["equation"],
  types: FLOAT,
  infer: (inputs, { equation }) => {
    const shapes = Object.values(inputs).map(({ shape }) => shape)
    const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(equation as string, shapes.length)
    const lengthOf = (dim: number) => {
      const at = idDims.findIndex((dims) => dims.includes(dim))
      return shapes[at][idDims[at].indexOf(dim)]
    }
    backend_util.checkEinsumDimSizes(allDims.length, idDims, Object.values(inputs) as never)
    const kept = allDims.slice(0, allDims.length - summedDims.length)
    return { shape: kept.map((_, dim) => lengthOf(dim)), dtype: "float32" }
  },
  lower: (emit, inputs, { equation }, [output]) => {
    const names = Object.values(inputs).map((each) => emit.place(each, identity(each.shape.length)))
    const name = emit.op("Einsum", names, { equation: equation as string })
    return { ...output, name, order: identity(output.shape.length) }
  }
}

const oneHot: Rule = {
  attributes: ["depth", "onValue", "offValue", "dtype"],
  infer: ({ indices }, { depth, dtype = "float32" }) => ({
    shape: [...indices.shape, Number(depth)],
    dtype: dtype as "float32"
  }),
  lower: (emit, { indices }, { depth, onValue = 1, offValue = 0 }, [output]) => {
    const rank = indices.shape.length
    const classes = emit.tensor(
      "int32",
      [Number(depth)],
      Int32Array.from({ length: Number(depth) }, (_, i) => i)
    )
    const column = emit.reshape(emit.place(indices, identity(rank)), [...indices.shape, 1])
    const chosen = emit.op("Equal", [column, classes])
    // ONNX Runtime chooses among numbers alone.
    const type = output.dtype === "bool" ? "int32" : output.dtype
    const [on, off] = [onValue, offValue].map((value) => emit.scalar(type, Number(value)))
    const found = emit.op("Where", [chosen, on, off])
    const name = type === output.dtype ? found : emit.cast(found, output.dtype)
    return { ...output, name, order: identity(rank + 1) }
  }
}

/** Products, and kernels that look rows up. */
export const products: Rules = {
  AxisProduct: axisProduct,
  BatchMatMul: batchMatMul,
  Einsum: einsum,
  GatherNd: gatherNd,
  GatherV2: gather,
  OneHot: oneHot,
  ScatterNd: scatterNd,
  TensorScatterUpdate: tensorScatterUpdate,
  UnsortedSegmentSum: unsortedSegmentSum,
  _FusedMatMul: fused(batchMatMul, "_FusedMatMul")
}
