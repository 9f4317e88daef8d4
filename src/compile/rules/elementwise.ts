import { backend_util } from "@tensorflow/tfjs-core"
import { CompileError } from "../compileError.ts"
import type { Emitter, Laid } from "../emitter.ts"
import { type DType, sizeOf, type TensorType } from "../graph.ts"
import { identity, type Order, physical } from "../layout.ts"
import type { Rule, Rules } from "./rule.ts"

/** Writes one operand's name into another. */
type Write = (emit: Emitter, x: string, of: TensorType, attributes: Readonly<Record<string, unknown>>) => string

const of =
  (name: string): Write =>
  (emit, x) =>
    emit.op(name, [x])

/** A function of each element of `x`, which lies where it lay. */
const unary = (
  write: Write,
  options: { readonly dtype?: DType; readonly attributes?: ReadonlyArray<string> } = {}
): Rule => ({
  ...(options.attributes && { attributes: options.attributes }),
  elementwise: true,
  infer: ({ x }) => ({ shape: x.shape, dtype: options.dtype ?? x.dtype }),
  lower: (emit, { x }, attributes, [output]) => ({
    ...output,
    name: write(emit, emit.place(x, x.order), x, attributes),
    order: x.order
  })
})

/** The order of a result of broadcasting: that of the largest operand, so that the most memory stays. */
export const orderOf = (operands: ReadonlyArray<Laid>, rank: number): Order => {
  const full = operands.filter((operand) => operand.shape.length === rank && !isSplat(operand))
  const moving = full.some((operand) => operand.constant === undefined)
    ? full.filter((operand) => operand.constant === undefined)
    : full
  const largest = moving.reduce<Laid | undefined>(
    (best, each) => (best === undefined || sizeOf(each.shape) > sizeOf(best.shape) ? each : best),
    undefined
  )
  return largest?.order ?? identity(rank)
}

const isSplat = ({ constant }: Laid) => constant !== undefined && "splat" in constant

type Binary = (emit: Emitter, a: string, b: string, dtype: DType) => string

const broadcast = (...shapes: ReadonlyArray<ReadonlyArray<number>>): ReadonlyArray<number> =>
  shapes.map((shape) => [...shape]).reduce((a, b) => backend_util.assertAndGetBroadcastShape(a, b))

/** A function of two elements, one of each operand, which are broadcast. */
const binary = (write: Binary, dtype?: DType): Rule => ({
  elementwise: true,
  infer: ({ a, b }) => ({ shape: broadcast(a.shape, b.shape), dtype: dtype ?? a.dtype }),
  lower: (emit, { a, b }, _, [output]) => {
    const order = orderOf([a, b], output.shape.length)
    const [left, right] = [a, b].map((each) => emit.operand(each, order))
    const result = write(emit, left, right, a.dtype)
    return { ...output, name: spread(emit, result, [a, b], output.shape, order), order }
  }
})

/** A splat is one number to ONNX: where nothing else has the result's shape, it is spread over that. */
const spread = (
  emit: Emitter,
  name: string,
  operands: ReadonlyArray<Laid>,
  shape: ReadonlyArray<number>,
  order: Order
): string => {
  const seen = broadcast(...operands.map((each) => (isSplat(each) ? [] : each.shape)))
  return seen.join() === shape.join() ? name : emit.op("Expand", [name, emit.ints(physical(shape, order))])
}

const onnx =
  (name: string): Binary =>
  (emit, a, b) =>
    emit.op(name, [a, b])

/** Comparisons, which ONNX has for numbers alone. */
const compare =
  (name: string): Binary =>
  (emit, a, b, dtype) => {
    const [x, y] = dtype === "bool" && name !== "Equal" ? [emit.cast(a, "int32"), emit.cast(b, "int32")] : [a, b]
    return emit.op(name, [x, y])
  }

const float = (value: number) => ({ float: value })

const one: Write = (emit, _, { dtype }) => emit.scalar(dtype, 1)

const step: Write = (emit, x, { dtype }, { alpha = 0 }) => {
  const positive = emit.cast(emit.op("Greater", [x, emit.scalar(dtype, 0)]), dtype)
  if (alpha === 0) return positive
  const rest = emit.op("Mul", [
    emit.op("Sub", [one(emit, x, { dtype, shape: [] }, {}), positive]),
    emit.scalar(dtype, Number(alpha))
  ])
  return emit.op("Add", [positive, rest])
}

const cast: Rule = {
  attributes: ["dtype"],
  elementwise: true,
  infer: ({ x }, { dtype }) => ({ shape: x.shape, dtype: known(dtype) }),
  lower: (emit, { x }, _, [output]) => {
    const name = emit.place(x, x.order)
    return { ...output, name: x.dtype === output.dtype ? name : emit.cast(name, output.dtype), order: x.order }
  }
}

const known = (dtype: unknown): DType => {
  if (dtype === "float32" || dtype === "int32" || dtype === "bool") return dtype
  throw new CompileError({ op: "Cast", reason: `it makes ${dtype}`, remedy: "use float32, int32 or bool" })
}

const clip: Write = (emit, x, { dtype }, { clipValueMin, clipValueMax }) =>
  emit.op("Clip", [x, emit.scalar(dtype, Number(clipValueMin)), emit.scalar(dtype, Number(clipValueMax))])

/** The quotient rounded down; ONNX rounds integers towards zero. */
const floorDiv: Binary = (emit, a, b, dtype) => {
  const [x, y] = dtype === "float32" ? [a, b] : [emit.cast(a, "float32"), emit.cast(b, "float32")]
  const quotient = emit.op("Floor", [emit.op("Div", [x, y])])
  return dtype === "float32" ? quotient : emit.cast(quotient, dtype)
}

/** The remainder with the sign of the divisor. */
const mod: Binary = (emit, a, b, dtype) =>
  dtype === "float32" ? emit.op("Sub", [a, emit.op("Mul", [floorDiv(emit, a, b, dtype), b])]) : emit.op("Mod", [a, b])

const addN: Rule = {
  elementwise: true,
  infer: (inputs) => Object.values(inputs)[0],
  lower: (emit, inputs, _, [output]) => {
    const all = Object.values(inputs)
    const order = orderOf(all, output.shape.length)
    return {
      ...output,
      name: emit.op(
        "Sum",
        all.map((each) => emit.place(each, order))
      ),
      order
    }
  }
}

const select: Rule = {
  infer: ({ condition, t, e }) => {
    if (condition.shape.length === t.shape.length)
      return { shape: broadcast(condition.shape, t.shape, e.shape), dtype: t.dtype }
    const reason = `its condition has rank ${condition.shape.length}, its values ${t.shape.length}`
    throw new CompileError({ op: "Select", reason, remedy: "give all one rank" })
  },
  lower: (emit, { condition, t, e }, _, [output]) => {
    const order = orderOf([t, e, condition], output.shape.length)
    const name = emit.op(
      "Where",
      [condition, t, e].map((each) => emit.operand(each, order))
    )
    return { ...output, name: spread(emit, name, [condition, t, e], output.shape, order), order }
  }
}

const eluGrad: Rule = {
  elementwise: true,
  infer: ({ dy }) => dy,
  lower: (emit, { dy, y }, _, [output]) => {
    const order = orderOf([dy, y], output.shape.length)
    const [d, v] = [emit.place(dy, order), emit.place(y, order)]
    const below = emit.op("Mul", [d, emit.op("Add", [v, emit.scalar("float32", 1)])])
    const name = emit.op("Where", [emit.op("GreaterOrEqual", [v, emit.scalar("float32", 0)]), d, below])
    return { ...output, name, order }
  }
}

const prelu: Rule = {
  elementwise: true,
  infer: ({ x }) => x,
  lower: (emit, { x, alpha }, _, [output]) => {
    const v = emit.place(x, x.order)
    const zero = emit.scalar("float32", 0)
    const below = emit.op("Mul", [emit.operand(alpha, x.order), emit.op("Min", [v, zero])])
    return { ...output, name: emit.op("Add", [emit.op("Max", [v, zero]), below]), order: x.order }
  }
}

const filled = (value: number): Rule => ({
  infer: ({ x }) => x,
  constant: () => ({ splat: value }),
  lower: (_, { x }) => x
})

/** Kernels that work element by element. */
export const elementwise: Rules = {
  Abs: unary(of("Abs")),
  Acos: unary(of("Acos")),
  Acosh: unary(of("Acosh")),
  Asin: unary(of("Asin")),
  Asinh: unary(of("Asinh")),
  Atan: unary(of("Atan")),
  Atanh: unary(of("Atanh")),
  Ceil: unary(of("Ceil")),
  ClipByValue: unary(clip, { attributes: ["clipValueMin", "clipValueMax"] }),
  Cos: unary(of("Cos")),
  Cosh: unary(of("Cosh")),
  Elu: unary(of("Elu")),
  Erf: unary(of("Erf")),
  Exp: unary(of("Exp")),
  Expm1: unary((emit, x) => emit.op("Sub", [emit.op("Exp", [x]), emit.scalar("float32", 1)])),
  Floor: unary(of("Floor")),
  IsFinite: unary((emit, x) => emit.op("Not", [emit.op("Or", [emit.op("IsNaN", [x]), emit.op("IsInf", [x])])]), {
    dtype: "bool"
  }),
  IsInf: unary(of("IsInf"), { dtype: "bool" }),
  IsNan: unary(of("IsNaN"), { dtype: "bool" }),
  LeakyRelu: unary((emit, x, _, { alpha }) => emit.op("LeakyRelu", [x], { alpha: float(Number(alpha)) }), {
    attributes: ["alpha"]
  }),
  Log: unary(of("Log")),
  Log1p: unary((emit, x) => emit.op("Log", [emit.op("Add", [x, emit.scalar("float32", 1)])])),
  LogicalNot: unary(of("Not")),
  Neg: unary(of("Neg")),
  Reciprocal: unary(of("Reciprocal")),
  Relu: unary(of("Relu")),
  Relu6: unary((emit, x, type) => clip(emit, x, type, { clipValueMin: 0, clipValueMax: 6 })),
  Round: unary(of("Round")),
  Rsqrt: unary((emit, x) => emit.op("Reciprocal", [emit.op("Sqrt", [x])])),
  Selu: unary(of("Selu")),
  Sigmoid: unary(of("Sigmoid")),
  Sign: unary(of("Sign")),
  Sin: unary(of("Sin")),
  Sinh: unary(of("Sinh")),
  Softplus: unary(of("Softplus")),
  Sqrt: unary(of("Sqrt")),
  Square: unary((emit, x) => emit.op("Mul", [x, x])),
  Step: unary(step, { attributes: ["alpha"] }),
  Tan: unary(of("Tan")),
  Tanh: unary(of("Tanh")),

  Cast: cast,
  OnesLike: filled(1),
  ZerosLike: filled(0),

  Add: binary(onnx("Add")),
  FloorDiv: binary(floorDiv),
  Maximum: binary(onnx("Max")),
  Minimum: binary(onnx("Min")),
  Mod: binary(mod),
  Multiply: binary(onnx("Mul")),
  Pow: binary(onnx("Pow")),
  RealDiv: binary(onnx("Div")),
  SquaredDifference: binary((emit, a, b) => {
    const difference = emit.op("Sub", [a, b])
    return emit.op("Mul", [difference, difference])
  }),
  Sub: binary(onnx("Sub")),

  Equal: binary(compare("Equal"), "bool"),
  Greater: binary(compare("Greater"), "bool"),
  GreaterEqual: binary(compare("GreaterOrEqual"), "bool"),
  Less: binary(compare("Less"), "bool"),
  LessEqual: binary(compare("LessOrEqual"), "bool"),
  LogicalAnd: binary(onnx("And"), "bool"),
  LogicalOr: binary(onnx("Or"), "bool"),
  LogicalXor: binary(onnx("Xor"), "bool"),
  NotEqual: binary((emit, a, b, dtype) => emit.op("Not", [compare("Equal")(emit, a, b, dtype)]), "bool"),

  AddN: addN,
  EluGrad: eluGrad,
  Prelu: prelu,
  Select: select
}
