import { CompileError } from "../compileError.ts"
import type { Emitter } from "../emitter.ts"
import { type Attributes, type DType, sizeOf, type TensorType } from "../graph.ts"
import { identity, without } from "../layout.ts"
import { axesOf, axisOf, FLOAT, NUMBERS, type Rule, type Rules } from "./rule.ts"

/** From the name of `x` and positions in memory to the name of the result, whose reduced axes stay as length 1 if `keep`. */
type Write = (emit: Emitter, x: string, axes: ReadonlyArray<number>, keep: boolean, dtype: DType) => string

interface Reduction extends Pick<Rule, "types"> {
  /** Under what name tfjs gives the axes. */
  readonly axes?: "axis" | "reductionIndices"
  /** The type that it computes in and results in. Default: that of `x`. */
  readonly dtype?: DType
  /** The kernel's name, where it chooses, which it cannot of nothing. */
  readonly chooses?: string
}

/** Folds some axes into one number. */
const reduction = (write: Write, options: Reduction = {}): Rule => {
  const { axes: key = "axis", dtype, types = NUMBERS, chooses } = options
  const folded = ({ shape: { length } }: TensorType, attributes: Attributes) =>
    axesOf(attributes[key] ?? identity(length), length)
  return {
    attributes: [key, "keepDims"],
    types,
    infer: ({ x }, attributes) => {
      const axes = folded(x, attributes)
      const shape = x.shape.flatMap((n, axis) =>
        axes.includes(axis) ? (attributes.keepDims === true ? [1] : []) : [n]
      )
      if (chooses !== undefined) refuseNothing(chooses, x, shape)
      return { shape, dtype: dtype ?? x.dtype }
    },
    lower: (emit, { x }, attributes, [output]) => {
      const axes = folded(x, attributes)
      const keep = attributes.keepDims === true
      const order = keep ? x.order : without(x.order, axes)
      const given = emit.place(x, x.order)
      const name = x.dtype === output.dtype ? given : emit.cast(given, output.dtype)
      if (axes.length === 0) return { ...output, name, order }
      const positions = axes.map((axis) => x.order.indexOf(axis)).sort((a, b) => a - b)
      return { ...output, name: write(emit, name, positions, keep, output.dtype), order }
    }
  }
}

const refuseNothing = (op: string, x: TensorType, result: ReadonlyArray<number>) => {
  if (sizeOf(x.shape) > 0 || sizeOf(result) === 0) return
  throw new CompileError({
    op,
    reason: `of [${x.shape}] there is nothing to choose`,
    remedy: "give it one element at least"
  })
}

/** ONNX gives the axes of sums as an input, those of the others as an attribute. */
const sum: Write = (emit, x, axes, keep) => emit.op("ReduceSum", [x, emit.ints(axes)], { keepdims: Number(keep) })

const of =
  (name: string): Write =>
  (emit, x, axes, keep) =>
    emit.op(name, [x], { axes, keepdims: Number(keep) })

/**
 * The largest or the smallest, and NaN where there is one: ONNX Runtime sees it or not, by its place. A sum of absolute values is
 * NaN for no other reason, and costs as much as a pass over memory.
 */
const extreme =
  (name: string): Write =>
  (emit, x, axes, keep, dtype) => {
    const found = of(name)(emit, x, axes, keep, dtype)
    if (dtype !== "float32") return found
    const total = sum(emit, emit.op("Abs", [x]), axes, keep, dtype)
    return emit.op("Where", [emit.op("IsNaN", [total]), total, found])
  }

/** As numbers, of which ONNX Runtime finds the least int32 in nothing, or the largest: all of nothing are true, and none of it. */
const ofBits =
  (name: string): Write =>
  (emit, x, axes, keep, dtype) =>
    emit.op("Greater", [of(name)(emit, emit.cast(x, "int32"), axes, keep, dtype), emit.scalar("int32", 0)])

/** Where the largest or the smallest is. NaN is passed over, or not, by its place, as tfjs's engines do. */
const argument = (name: string): Rule => ({
  attributes: ["axis"],
  types: NUMBERS,
  infer: ({ x }, { axis }) => {
    const gone = axisOf(axis, x.shape.length)
    const shape = x.shape.filter((_, i) => i !== gone)
    refuseNothing(name, x, shape)
    return { shape, dtype: "int32" }
  },
  lower: (emit, { x }, { axis }, [output]) => {
    const gone = axisOf(axis, x.shape.length)
    const found = emit.op(name, [emit.place(x, x.order)], { axis: x.order.indexOf(gone), keepdims: 0 })
    return { ...output, name: emit.cast(found, "int32"), order: without(x.order, [gone]) }
  }
})

const softmax: Rule = {
  attributes: ["dim"],
  types: FLOAT,
  infer: ({ logits }) => logits,
  lower: (emit, { logits }, { dim }, [output]) => {
    const axis = axisOf(dim, logits.shape.length)
    const { order } = logits
    return { ...output, name: emit.op("Softmax", [emit.place(logits, order)], { axis: order.indexOf(axis) }), order }
  }
}

const cumulativeSum: Rule = {
  attributes: ["axis", "exclusive", "reverse"],
  types: NUMBERS,
  infer: ({ x }) => {
    if (x.shape.length > 0) return x
    throw new CompileError({
      op: "a cumulative sum or product",
      reason: "a scalar has no axis",
      remedy: "give it rank 1"
    })
  },
  lower: (emit, { x }, { axis, exclusive, reverse }, [output]) => {
    const along = axisOf(axis, x.shape.length)
    const at = emit.tensor("int64", [], BigInt64Array.of(BigInt(x.order.indexOf(along))))
    const told = { exclusive: Number(exclusive === true), reverse: Number(reverse === true) }
    return { ...output, name: emit.op("CumSum", [emit.place(x, x.order), at], told), order: x.order }
  }
}

/** Products of all before: each step multiplies by what lies 1, 2, 4, ... back, so that they are few. */
const cumulativeProduct: Rule = {
  ...cumulativeSum,
  lower: (emit, { x }, { axis, exclusive, reverse }, [output]) => {
    const along = axisOf(axis, x.shape.length)
    const [length, position] = [x.shape[along], x.order.indexOf(along)]
    const one = emit.scalar(x.dtype, 1)
    const shifted = (name: string, by: number) => {
      const pads = [...x.order, ...x.order].map(() => 0)
      const [first, last] = [position, position + x.order.length]
      pads[first] = reverse === true ? -by : by
      pads[last] = -pads[first]
      return emit.op("Pad", [name, emit.ints(pads), one])
    }
    const given = emit.place(x, x.order)
    let name = exclusive === true ? shifted(given, 1) : given
    for (let by = 1; by < length; by *= 2) name = emit.op("Mul", [name, shifted(name, by)])
    return { ...output, name, order: x.order }
  }
}

/** The largest along the last axis, and where they were. */
const topK: Rule = {
  attributes: ["k", "sorted"],
  types: NUMBERS,
  infer: ({ x }, { k }) => {
    const shape = [...x.shape.slice(0, -1), Number(k)]
    return [
      { shape, dtype: x.dtype },
      { shape, dtype: "int32" }
    ]
  },
  lower: (emit, { x }, { k }, [values, indices]) => {
    const { order } = x
    const told = { axis: order.indexOf(x.shape.length - 1) }
    const [largest, at] = emit.ops("TopK", [emit.place(x, order), emit.ints([Number(k)])], 2, told)
    return [
      { ...values, name: largest, order },
      { ...indices, name: emit.cast(at, "int32"), order }
    ]
  }
}

/** Kernels that fold axes. */
export const reductions: Rules = {
  All: reduction(ofBits("ReduceMin"), { types: ["bool"] }),
  Any: reduction(ofBits("ReduceMax"), { types: ["bool"] }),
  ArgMax: argument("ArgMax"),
  ArgMin: argument("ArgMin"),
  Cumprod: cumulativeProduct,
  Cumsum: cumulativeSum,
  Max: reduction(extreme("ReduceMax"), { axes: "reductionIndices", chooses: "Max" }),
  Mean: reduction(of("ReduceMean"), { dtype: "float32" }),
  Min: reduction(extreme("ReduceMin"), { chooses: "Min" }),
  Prod: reduction(of("ReduceProd")),
  Softmax: softmax,
  Sum: reduction(sum),
  TopK: topK
}
