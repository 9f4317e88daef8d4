import { backend_util } from "@tensorflow/tfjs-core"
import { CompileError } from "../compileError.ts"
import type { Emitter, Laid } from "../emitter.ts"
import { type DType, sizeOf, type TensorType } from "../graph.ts"
import { identity, NCHW, type Order, physical, sameMemory } from "../layout.ts"
import { parametric } from "./convolution.ts"
import { FLOAT, NUMBERS, type Rule, type Rules } from "./rule.ts"

/** Writes one operand's name into another. */
type Write = (emit: Emitter, x: string, of: TensorType, attributes: Readonly<Record<string, unknown>>) => string

const of =
  (name: string): Write =>
  (emit, x) =>
    emit.op(name, [x])

interface Unary extends Pick<Rule, "attributes" | "types"> {
  /** The type of the result. Default: that of `x`. */
  readonly dtype?: DType
}

/** A function of each element of `x`, which lies where it lay. Most are of floats alone. */
const unary = (write: Write, { dtype, attributes, types = FLOAT }: Unary = {}): Rule => ({
  ...(attributes && { attributes }),
  types,
  aligned: true,
  infer: ({ x }) => ({ shape: x.shape, dtype: dtype ?? x.dtype }),
  lower: (emit, { x }, attributes, [output]) => ({
    ...output,
    name: write(emit, emit.place(x, x.order), x, attributes),
    order: x.order
  })
})

/**
 * The order of a result of broadcasting: that of the largest operand, so that the most memory stays. What may as well be a
 * map as ONNX has them is one, because what it is spread over mostly is.
 */
export const orderOf = (operands: ReadonlyArray<Laid>, rank: number): Order => {
  const full = operands.filter((operand) => operand.shape.length === rank && !isSplat(operand))
  const moving = full.some((operand) => operand.constant === undefined)
    ? full.filter((operand) => operand.constant === undefined)
    : full
  const largest = moving.reduce<Laid | undefined>(
    (best, each) => (best === undefined || sizeOf(each.shape) > sizeOf(best.shape) ? each : best),
    undefined
  )
  if (largest === undefined) return identity(rank)
  return rank === 4 && sameMemory(largest.shape, largest.order, NCHW) ? NCHW : largest.order
}

const isSplat = ({ constant }: Laid) => constant !== undefined && "splat" in constant

type Binary = (emit: Emitter, a: string, b: string, dtype: DType) => string

const broadcast = (...shapes: ReadonlyArray<ReadonlyArray<number>>): ReadonlyArray<number> =>
  shapes.map((shape) => [...shape]).reduce((a, b) => backend_util.assertAndGetBroadcastShape(a, b))

/** A function of two elements, one of each operand, which are broadcast. */
const binary = (write: Binary, { types = NUMBERS, dtype }: Pick<Unary, "types" | "dtype"> = {}): Rule => ({
  types,
  aligned: true,
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

const comparison = (write: Binary): Rule => binary(write, { types: [...NUMBERS, "bool"], dtype: "bool" })

/** Comparisons, which ONNX has for numbers alone. */
const compare =
  (name: string): Binary =>
  (emit, a, b, dtype) => {
    const [x, y] = dtype === "bool" && name !== "Equal" ? [emit.cast(a, "int32"), emit.cast(b, "int32")] : [a, b]
    return emit.op(name, [x, y])
  }

const float = (value: number) => ({ float: value })

/** The largest float32: times any but the smallest it is above 1. */
const STEEP = 3.4028235e38

/** 1 above 0, else alpha. Below 3e-39, where float32 loses its digits, what is above 0 gives less than 1. */
const step: Write = (emit, x, { dtype }, { alpha = 0 }) => {
  const positive =
    dtype === "float32"
      ? // One pass by all threads, where a comparison and a cast to numbers are two, the second by one thread.
        emit.op("HardSigmoid", [x], { alpha: float(STEEP), beta: float(0) })
      : emit.cast(emit.op("Greater", [x, emit.scalar(dtype, 0)]), dtype)
  if (alpha === 0) return positive
  const rest = emit.op("Mul", [emit.op("Sub", [emit.scalar(dtype, 1), positive]), emit.scalar(dtype, Number(alpha))])
  return emit.op("Add", [positive, rest])
}

/** Numbers that int32 has not, of which each engine makes another, are cast to what the processor makes of them. */
const cast: Rule = {
  attributes: ["dtype"],
  aligned: true,
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

/** The whole numbers of int32. */
const [LEAST, MOST] = [-(2 ** 31), 2 ** 31 - 1]

const clip: Write = (emit, x, { dtype }, { clipValueMin, clipValueMax }) => {
  const bounds = [clipValueMin, clipValueMax].map(Number)
  const held = dtype === "int32" ? bounds.map((bound) => Math.min(Math.max(bound, LEAST), MOST)) : bounds
  return emit.op("Clip", [x, ...held.map((bound) => emit.scalar(dtype, bound))])
}

/** The remainder with the sign of the divisor; 0 of the whole number 0. */
const mod: Binary = (emit, a, b, dtype) => {
  if (dtype === "int32") return emit.op("Mod", [a, safe(emit, b).divisor])
  const rest = emit.op("Mod", [a, b], { fmod: 1 })
  const opposite = emit.op("Less", [emit.op("Mul", [rest, b]), emit.scalar("float32", 0)])
  return emit.op("Where", [opposite, emit.op("Add", [rest, b]), rest])
}

/** The quotient rounded down, which ONNX rounds towards zero where it is whole; 0 by the whole number 0. */
const floorDiv: Binary = (emit, a, b, dtype) => {
  if (dtype === "float32") return emit.op("Floor", [emit.op("Div", [a, b])])
  const zero = emit.scalar("int32", 0)
  const { divisor, factor } = safe(emit, b)
  const [quotient, rest] = [emit.op("Div", [a, divisor]), emit.op("Mod", [a, divisor])]
  const opposite = emit.op("Xor", [emit.op("Less", [a, zero]), emit.op("Less", [divisor, zero])])
  const above = emit.op("And", [opposite, emit.op("Not", [emit.op("Equal", [rest, zero])])])
  return emit.op("Mul", [emit.op("Sub", [quotient, emit.cast(above, "int32")]), factor])
}

/**
 * Divides by a whole number in two steps. By 0, and the least number by -1, a processor does not divide, but ends the program:
 * instead of 0, 1 and -1, `divisor` is 1 and `factor` what the quotient is multiplied by.
 */
const safe = (emit: Emitter, x: string): { readonly divisor: string; readonly factor: string } => {
  const one = emit.scalar("int32", 1)
  const small = emit.op("Equal", [x, emit.op("Clip", [x, emit.scalar("int32", -1), one])])
  return { divisor: emit.op("Where", [small, one, x]), factor: emit.op("Where", [small, x, one]) }
}

/** exp(x) - 1 = tanh(x / 2) (exp(x) + 1), which has all digits near 0. */
const expm1: Write = (emit, x) =>
  emit.op("Mul", [
    emit.op("Tanh", [emit.op("Mul", [x, emit.scalar("float32", 0.5)])]),
    emit.op("Add", [emit.op("Exp", [x]), emit.scalar("float32", 1)])
  ])

/** log(1 + x) = 2 atanh(x / (2 + x)), which has all digits near 0. */
const log1p: Write = (emit, x) => {
  const two = emit.scalar("float32", 2)
  const near = emit.op("Mul", [emit.op("Atanh", [emit.op("Div", [x, emit.op("Add", [x, two])])]), two])
  const far = emit.op("Log", [emit.op("Add", [x, emit.scalar("float32", 1)])])
  return emit.op("Where", [emit.op("Less", [emit.op("Abs", [x]), emit.scalar("float32", 0.5)]), near, far])
}

/** The angle of (x, y): that of (|x|, |y|), mirrored where x is negative, and where y is. */
const atan2: Binary = (emit, y, x) => {
  const [zero, pi] = [0, Math.PI].map((value) => emit.scalar("float32", value))
  const [tall, wide] = [emit.op("Abs", [y]), emit.op("Abs", [x])]
  // Of two zeros the angle is 0, of two infinite sides an eighth of a circle, as of any that are equal.
  const equal = emit.op("Equal", [tall, wide])
  const angle = emit.op("Atan", [emit.op("Where", [equal, emit.op("Sign", [tall]), emit.op("Div", [tall, wide])])])
  // -0 is negative too, which only its reciprocal shows.
  const negative = (name: string) =>
    emit.op("Or", [emit.op("Less", [name, zero]), emit.op("Less", [emit.op("Reciprocal", [name]), zero])])
  const upper = emit.op("Where", [negative(x), emit.op("Sub", [pi, angle]), angle])
  return emit.op("Where", [negative(y), emit.op("Neg", [upper]), upper])
}

const addN: Rule = {
  types: NUMBERS,
  aligned: true,
  infer: (inputs) => Object.values(inputs)[0],
  lower: (emit, inputs, _, [output]) => {
    const all = Object.values(inputs)
    const order = orderOf(all, output.shape.length)
    const names = all.map((each) => emit.place(each, order))
    // ONNX's own sum of several is of floats.
    const name = output.dtype === "float32" ? emit.op("Sum", names) : names.reduce((a, b) => emit.op("Add", [a, b]))
    return { ...output, name, order }
  }
}

const select: Rule = {
  infer: ({ condition, t, e }) => {
    if (t.dtype !== e.dtype) {
      throw new CompileError({ op: "Select", reason: `it chooses ${t.dtype} or ${e.dtype}`, remedy: "cast one" })
    }
    if (condition.shape.length === t.shape.length)
      return { shape: broadcast(condition.shape, t.shape, e.shape), dtype: t.dtype }
    const reason = `its condition has rank ${condition.shape.length}, its values ${t.shape.length}`
    throw new CompileError({ op: "Select", reason, remedy: "give all one rank" })
  },
  lower: (emit, { condition, t, e }, _, [output]) => {
    const order = orderOf([t, e, condition], output.shape.length)
    const [chooses, chosen, other] = [condition, t, e].map((each) => emit.operand(each, order))
    // ONNX Runtime chooses among numbers alone.
    const name =
      output.dtype === "bool"
        ? emit.cast(emit.op("Where", [chooses, emit.cast(chosen, "int32"), emit.cast(other, "int32")]), "bool")
        : emit.op("Where", [chooses, chosen, other])
    return { ...output, name: spread(emit, name, [condition, t, e], output.shape, order), order }
  }
}

const eluGrad: Rule = {
  types: FLOAT,
  aligned: true,
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
  types: FLOAT,
  aligned: true,
  infer: ({ x }) => x,
  lower: (emit, { x, alpha }, _, [output]) => {
    const name = parametric(emit, emit.place(x, x.order), emit.operand(alpha, x.order))
    return { ...output, name, order: x.order }
  }
}

const filled = (value: number): Rule => ({
  infer: ({ x }) => x,
  constant: () => ({ splat: value })
})

/** Kernels that work element by element. */
export const elementwise: Rules = {
  Abs: unary(of("Abs"), { types: NUMBERS }),
  Acos: unary(of("Acos")),
  Acosh: unary(of("Acosh")),
  Asin: unary(of("Asin")),
  Asinh: unary(of("Asinh")),
  Atan: unary(of("Atan")),
  Atanh: unary(of("Atanh")),
  Ceil: unary(of("Ceil")),
  ClipByValue: unary(clip, { attributes: ["clipValueMin", "clipValueMax"], types: NUMBERS }),
  Cos: unary(of("Cos")),
  Cosh: unary(of("Cosh")),
  Elu: unary(of("Elu")),
  Erf: unary(of("Erf")),
  Exp: unary(of("Exp")),
  Expm1: unary(expm1),
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
  Log1p: unary(log1p),
  LogicalNot: unary(of("Not"), { types: ["bool"] }),
  Neg: unary(of("Neg"), { types: NUMBERS }),
  Reciprocal: unary(of("Reciprocal")),
  Relu: unary(of("Relu"), { types: NUMBERS }),
  Relu6: unary((emit, x, type) => clip(emit, x, type, { clipValueMin: 0, clipValueMax: 6 }), { types: NUMBERS }),
  Round: unary(of("Round")),
  Rsqrt: unary((emit, x) => emit.op("Reciprocal", [emit.op("Sqrt", [x])])),
  Selu: unary(of("Selu")),
  Sigmoid: unary(of("Sigmoid")),
  // NaN stays NaN, where tfjs has engines that give 0.
  Sign: unary(of("Sign"), { types: NUMBERS }),
  Sin: unary(of("Sin")),
  Sinh: unary(of("Sinh")),
  Softplus: unary(of("Softplus")),
  Sqrt: unary(of("Sqrt")),
  Square: unary((emit, x) => emit.op("Mul", [x, x]), { types: NUMBERS }),
  Step: unary(step, { attributes: ["alpha"], types: NUMBERS }),
  Tan: unary(of("Tan")),
  Tanh: unary(of("Tanh")),

  Cast: cast,
  OnesLike: filled(1),
  ZerosLike: filled(0),

  Add: binary(onnx("Add")),
  Atan2: binary(atan2, { types: FLOAT }),
  FloorDiv: binary(floorDiv),
  Maximum: binary(onnx("Max")),
  Minimum: binary(onnx("Min")),
  Mod: binary(mod),
  Multiply: binary(onnx("Mul")),
  // As C has it: 1 to the power of NaN is 1.
  Pow: binary(onnx("Pow")),
  RealDiv: binary(onnx("Div"), { types: FLOAT }),
  SquaredDifference: binary((emit, a, b) => {
    const difference = emit.op("Sub", [a, b])
    return emit.op("Mul", [difference, difference])
  }),
  Sub: binary(onnx("Sub")),

  Equal: comparison(compare("Equal")),
  Greater: comparison(compare("Greater")),
  GreaterEqual: comparison(compare("GreaterOrEqual")),
  Less: comparison(compare("Less")),
  LessEqual: comparison(compare("LessOrEqual")),
  LogicalAnd: binary(onnx("And"), { types: ["bool"] }),
  LogicalOr: binary(onnx("Or"), { types: ["bool"] }),
  NotEqual: comparison((emit, a, b, dtype) => emit.op("Not", [compare("Equal")(emit, a, b, dtype)])),

  AddN: addN,
  EluGrad: eluGrad,
  Prelu: prelu,
  Select: select
}
