import { backend_util, util } from "@tensorflow/tfjs-core"
import { CompileError } from "../compileError.ts"
import type { Emitter, Laid } from "../emitter.ts"
import { identity } from "../layout.ts"
import { fused } from "./convolution.ts"
import { FLOAT, listed, type Rule, type Rules } from "./rule.ts"

/** A factor with its batch axes outermost, and whether its last two lie the other way round. */
const factor = (emit: Emitter, x: Laid): { readonly name: string; readonly swapped: boolean } => {
  const rank = x.shape.length
  const batch = identity(rank - 2)
  const other = [...batch, rank - 1, rank - 2]
  const swapped = x.constant === undefined && x.order.join() === other.join()
  return { name: emit.place(x, swapped ? other : identity(rank)), swapped }
}

const batchMatMul: Rule = {
  attributes: ["transposeA", "transposeB"],
  types: FLOAT,
  infer: ({ a, b }, { transposeA, transposeB }) => {
    const [outer, rows, columns] = [
      backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2)),
      a.shape.at(transposeA === true ? -1 : -2) as number,
      b.shape.at(transposeB === true ? -2 : -1) as number
    ]
    return { shape: [...outer, rows, columns], dtype: a.dtype }
  },
  lower: (emit, { a, b }, { transposeA, transposeB }, [output]) => {
    const [left, right] = [factor(emit, a), factor(emit, b)]
    const name = emit.matMul(left.name, right.name, {
      transposeA: left.swapped !== (transposeA === true),
      transposeB: right.swapped !== (transposeB === true),
      ranks: [a.shape.length, b.shape.length]
    })
    return { ...output, name, order: identity(output.shape.length) }
  }
}

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

/** Rows by their positions, along one axis. */
const gather: Rule = {
  attributes: ["axis", "batchDims"],
  infer: ({ x, indices }, { axis: given, batchDims = 0 }) => {
    if (batchDims !== 0) {
      throw new CompileError({ op: "GatherV2", reason: "it has batch dimensions", remedy: "gather without batchDims" })
    }
    const [along] = util.parseAxisParam(given as number, [...x.shape])
    return { shape: [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)], dtype: x.dtype }
  },
  lower: (emit, { x, indices }, { axis }, [output]) => {
    const positions = emit.place(indices, identity(indices.shape.length))
    const [along] = util.parseAxisParam(axis as number, [...x.shape])
    const simple = indices.shape.length === 1
    const order = simple ? x.order : identity(x.shape.length)
    const name = emit.op("Gather", [emit.place(x, order), positions], { axis: order.indexOf(along) })
    return { ...output, name, order: simple ? order : identity(output.shape.length) }
  }
}

/** The last axis of `indices` points into the first axes of `params`. */
const gatherNd: Rule = {
  infer: ({ params, indices }) => {
    const depth = indices.shape.at(-1) as number
    return { shape: [...indices.shape.slice(0, -1), ...params.shape.slice(depth)], dtype: params.dtype }
  },
  lower: (emit, { params, indices }, _, [output]) => {
    const at = emit.op("Cast", [emit.place(indices, identity(indices.shape.length))], { to: INT64 })
    const name = emit.op("GatherND", [emit.place(params, identity(params.shape.length)), at])
    return { ...output, name, order: identity(output.shape.length) }
  }
}

const INT64 = 7

/** Sums of updates, on zeros. */
const scatterNd: Rule = {
  attributes: ["shape"],
  infer: ({ updates }, { shape }) => ({ shape: shape as ReadonlyArray<number>, dtype: updates.dtype }),
  lower: (emit, { indices, updates }, _, [output]) => {
    const zeros = emit.op("Expand", [emit.scalar(output.dtype, 0), emit.ints(output.shape)])
    const at = emit.op("Cast", [emit.place(indices, identity(indices.shape.length))], { to: INT64 })
    const values = emit.place(updates, identity(updates.shape.length))
    return {
      ...output,
      name: emit.op("ScatterND", [zeros, at, values], { reduction: "add" }),
      order: identity(output.shape.length)
    }
  }
}

/** Sums of the rows of each segment; a segment that is out of range counts nowhere. The gradient of gathering. */
const unsortedSegmentSum: Rule = {
  attributes: ["numSegments"],
  infer: ({ x, segmentIds }, { numSegments }) => ({
    shape: [Number(numSegments), ...x.shape.slice(segmentIds.shape.length)],
    dtype: x.dtype
  }),
  lower: (emit, { x, segmentIds }, { numSegments }, [output]) => {
    const ids = emit.place(segmentIds, identity(segmentIds.shape.length))
    const segments = Int32Array.from({ length: Number(numSegments) }, (_, i) => i)
    const rows = segmentIds.shape.reduce((size, n) => size * n, 1)
    const column = emit.tensor("int32", [segments.length, 1], segments)
    const member = emit.cast(emit.op("Equal", [column, emit.reshape(ids, [1, rows])]), "float32")
    const width = x.shape.slice(segmentIds.shape.length).reduce((size, n) => size * n, 1)
    const values = emit.place(x, identity(x.shape.length))
    const float = emit.reshape(x.dtype === "float32" ? values : emit.cast(values, "float32"), [rows, width])
    const sums = emit.reshape(emit.op("MatMul", [member, float]), output.shape)
    return {
      ...output,
      name: output.dtype === "float32" ? sums : emit.cast(sums, output.dtype),
      order: identity(output.shape.length)
    }
  }
}

/** A tensor with some of its slices replaced. */
const tensorScatterUpdate: Rule = {
  infer: ({ tensor }) => tensor,
  lower: (emit, { tensor, indices, updates }, _, [output]) => {
    const [before, at, values] = [tensor, indices, updates].map((each) => emit.place(each, identity(each.shape.length)))
    const name = emit.op("ScatterND", [before, emit.op("Cast", [at], { to: INT64 }), values])
    return { ...output, name, order: identity(output.shape.length) }
  }
}

/** Sums of products over the axes that its equation leaves out of the result. */
const einsum: Rule = {
  attributes: ["equation"],
  types: FLOAT,
  infer: (inputs, { equation }) => {
    const shapes = listed(inputs).map(({ shape }) => shape)
    const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(equation as string, shapes.length)
    const lengthOf = (dim: number) => {
      const at = idDims.findIndex((dims) => dims.includes(dim))
      return shapes[at][idDims[at].indexOf(dim)]
    }
    const kept = allDims.slice(0, allDims.length - summedDims.length)
    return { shape: kept.map((_, dim) => lengthOf(dim)), dtype: "float32" }
  },
  lower: (emit, inputs, { equation }, [output]) => {
    const names = listed(inputs).map((each) => emit.place(each, identity(each.shape.length)))
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
