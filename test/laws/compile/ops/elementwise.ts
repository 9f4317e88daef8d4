import * as tf from "@tensorflow/tfjs-core"
import fc from "fast-check"
import type { DType } from "../../../../src/compile/graph.ts"
import type { Op } from "../../../support/compiled/trial.ts"
import { anyShape, anyType, broadcastable, from, number, type Ops, type Shape, source, upTo } from "./arbitraries.ts"

interface Unary {
  readonly f: (x: tf.Tensor) => tf.Tensor
  readonly domain?: (x: number) => number
  /** Types beside float32. */
  readonly types?: ReadonlyArray<DType>
  readonly absolute?: number
  readonly shuns?: Op["shuns"]
}

const bounded = (x: number) => 0.95 * Math.tanh(x)
const positive = (x: number) => Math.abs(x) + 0.1
const clear = (x: number) => x + 0.1 * Math.sign(x)
const special = (x: number) => (x > 1 ? Number.POSITIVE_INFINITY : x < -1 ? Number.NaN : x)
const int: ReadonlyArray<DType> = ["int32"]

const unaries: Readonly<Record<string, Unary>> = {
  abs: { f: tf.abs, types: int },
  acos: { f: tf.acos, domain: bounded },
  acosh: { f: tf.acosh, domain: (x) => 1.2 + Math.abs(x) },
  asin: { f: tf.asin, domain: bounded },
  asinh: { f: tf.asinh },
  atan: { f: tf.atan },
  atanh: { f: tf.atanh, domain: bounded },
  ceil: { f: tf.ceil },
  clipByValue: { f: (x) => tf.clipByValue(x, -1, 2), types: int },
  "clipByValue above": { f: (x) => tf.clipByValue(x, 0, Number.POSITIVE_INFINITY), types: int },
  "clipByValue below": { f: (x) => tf.clipByValue(x, Number.NEGATIVE_INFINITY, 1), types: int },
  cos: { f: tf.cos },
  cosh: { f: tf.cosh },
  elu: { f: tf.elu },
  erf: { f: tf.erf },
  exp: { f: tf.exp },
  expm1: { f: tf.expm1 },
  "expm1 near 0": { f: tf.expm1, domain: (x) => 1e-4 * x, absolute: 0 },
  floor: { f: tf.floor },
  isFinite: { f: tf.isFinite, domain: special },
  isInf: { f: tf.isInf, domain: special },
  isNaN: { f: tf.isNaN, domain: special },
  leakyRelu: { f: (x) => tf.leakyRelu(x, 0.3) },
  log: { f: tf.log, domain: positive },
  log1p: { f: tf.log1p, domain: (x) => positive(x) - 0.9 },
  "log1p near 0": { f: tf.log1p, domain: (x) => 1e-4 * x, absolute: 0 },
  neg: { f: tf.neg, types: int },
  onesLike: { f: (x) => tf.mul(x, tf.onesLike(x)) },
  reciprocal: { f: tf.reciprocal, domain: clear },
  relu: { f: tf.relu, types: int },
  relu6: { f: (x) => tf.relu6(x), domain: (x) => 5 * x },
  round: { f: tf.round },
  rsqrt: { f: tf.rsqrt, domain: positive },
  selu: { f: tf.selu },
  sigmoid: { f: tf.sigmoid },
  sign: { f: tf.sign, types: int, shuns: Number.isNaN },
  sin: { f: tf.sin },
  sinh: { f: tf.sinh },
  softplus: { f: tf.softplus, domain: (x) => 8 * x },
  sqrt: { f: tf.sqrt, domain: positive },
  square: { f: tf.square, types: int },
  step: { f: (x) => tf.step(x, 0.25) },
  "step of zeros": { f: (x) => tf.step(x), domain: (x) => (x > 0.5 ? x : x < -0.5 ? x : 0) },
  tan: { f: tf.tan, domain: bounded },
  tanh: { f: tf.tanh },
  zerosLike: { f: (x) => tf.add(x, tf.zerosLike(x)), types: int }
}

const unary = ([name, { f, domain, types = [], absolute, shuns }]: [string, Unary]): fc.Arbitrary<Op> =>
  fc.record({ shape: anyShape(), dtype: fc.constantFrom<DType>("float32", ...types) }).map(({ shape, dtype }) => ({
    name: `${name} of ${dtype} [${shape}]`,
    inputs: [{ shape, dtype, ...(domain && { domain }) }],
    f: (x) => f(x),
    ...(absolute !== undefined && { absolute }),
    ...(shuns && { shuns })
  }))

interface Binary {
  readonly f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor
  readonly domain?: (x: number) => number
  readonly types?: fc.Arbitrary<DType>
  /** Where tfjs has a gradient. Default: at all shapes. */
  readonly differentiable?: "equal shapes" | "never"
  readonly shuns?: Op["shuns"]
}

const away = (x: number) => Math.sign(x) * (Math.abs(x) + 0.4)

const binaries: Readonly<Record<string, Binary>> = {
  add: { f: tf.add, types: number },
  atan2: { f: tf.atan2 },
  div: { f: tf.div, domain: away },
  "div of whole numbers": { f: tf.div, types: fc.constant("int32") },
  equal: { f: tf.equal, types: anyType, domain: Math.round },
  floorDiv: { f: tf.floorDiv, types: fc.constant("int32") },
  greater: { f: tf.greater, types: anyType, domain: Math.round },
  greaterEqual: { f: tf.greaterEqual, types: anyType, domain: Math.round },
  less: { f: tf.less, types: anyType, domain: Math.round },
  lessEqual: { f: tf.lessEqual, types: anyType, domain: Math.round },
  logicalAnd: { f: tf.logicalAnd, types: fc.constant("bool") },
  logicalOr: { f: tf.logicalOr, types: fc.constant("bool") },
  logicalXor: { f: tf.logicalXor, types: fc.constant("bool") },
  maximum: { f: tf.maximum, types: number, differentiable: "equal shapes" },
  minimum: { f: tf.minimum, types: number, differentiable: "equal shapes" },
  mod: { f: tf.mod, domain: away, differentiable: "never", shuns: (x) => x === 0 || !Number.isFinite(x) },
  "mod of whole numbers": { f: tf.mod, types: fc.constant("int32") },
  mul: { f: tf.mul, types: number },
  notEqual: { f: tf.notEqual, types: anyType, domain: Math.round },
  // JavaScript has 1 to the power of NaN otherwise than C.
  pow: { f: tf.pow, domain: (x) => Math.abs(x) + 0.4, shuns: (x) => !Number.isFinite(x) },
  // The cpu engine squares whole numbers as fractions.
  squaredDifference: {
    f: tf.squaredDifference,
    types: number,
    differentiable: "equal shapes",
    shuns: (x) => Number.isFinite(x) && Math.abs(x) >= 2 ** 30
  },
  sub: { f: tf.sub, types: number }
}

const binary = ([name, { f, domain, types = fc.constant("float32"), differentiable, shuns }]: [
  string,
  Binary
]): fc.Arbitrary<Op> =>
  fc
    .record({ shapes: broadcastable, dtype: types, a: source, b: source })
    .filter(({ a, b }) => a === "input" || b === "input")
    // What divides fractions is no zero.
    .filter(({ b }) => !/^(mod|div|pow|atan2)$/.test(name) || b !== "zeros")
    .map(({ shapes, dtype, a, b }) => ({
      name: `${name} of ${dtype} ${a} [${shapes[0]}] and ${b} [${shapes[1]}]`,
      inputs: shapes.map((shape) => ({ shape, dtype, ...(domain && { domain }) })),
      f: (x, y) => f(from(x, a), from(y, b)),
      ...(shuns && { shuns }),
      by:
        dtype !== "float32" ||
        differentiable === "never" ||
        // tfjs takes an axis of one for an empty one there.
        ((differentiable === "equal shapes" || shapes.flat().includes(0)) && shapes[0].join() !== shapes[1].join())
          ? []
          : [a, b].flatMap((where, i) => (where === "input" ? [i] : []))
    }))

const cast = fc.record({ shape: anyShape(), from: anyType, to: anyType }).map(
  ({ shape, from, to }): Op => ({
    name: `cast of ${from} [${shape}] to ${to}`,
    inputs: [{ shape, dtype: from, domain: (x) => 2 * x }],
    f: (x) => tf.cast(x, to),
    // What int32 has not.
    ...(to === "int32" && { shuns: (x) => !Number.isFinite(x) }),
    by: from === "float32" && to === "float32" ? [0] : []
  })
)

const addN = fc.record({ shape: anyShape(), dtype: number, count: upTo(4, 2), first: source }).map(
  ({ shape, dtype, count, first }): Op => ({
    name: `addN of ${count} ${dtype} [${shape}], the first ${first}`,
    inputs: Array.from({ length: count }, () => ({ shape, dtype })),
    f: (x, ...rest) => tf.addN([from(x, first), ...rest]),
    by: dtype === "int32" ? [] : Array.from({ length: count }, (_, i) => i).slice(first === "input" ? 0 : 1)
  })
)

/** Shapes of which tfjs spreads one over the other in any op: an empty axis it spreads nothing over in some. */
const isSound = ([a, b]: readonly [Shape, Shape]) => a.join() === b.join() || ![...a, ...b].includes(0)

const prelu = fc.record({ shapes: broadcastable.filter(isSound) }).map(({ shapes: [whole, part] }): Op => {
  const alpha = part.map((n, i) => Math.min(n, whole[whole.length - part.length + i] ?? 1)).slice(-whole.length)
  const shape = whole.length === 0 ? [1] : whole
  return {
    name: `prelu of [${shape}] with alpha [${whole.length === 0 ? [] : alpha}]`,
    inputs: [
      { shape, dtype: "float32" },
      { shape: whole.length === 0 ? [] : alpha, dtype: "float32" }
    ],
    f: (x, a) => tf.prelu(x, a),
    // 0 times what is negative, and infinite, of a number that is positive.
    shuns: (x) => !Number.isFinite(x)
  }
})

const where = fc
  .record({ shapes: broadcastable.filter(isSound), choice: upTo(2, 0), dtype: anyType, t: source, e: source })
  .map(({ shapes: [whole, part], choice, dtype, t, e }): Op => {
    const shapes = [whole, whole, whole].map((shape, i) => (i === choice ? part : shape))
    const [condition, chosen, other] = shapes
    return {
      name: `where [${condition}] ${t} [${chosen}] else ${e} [${other}] of ${dtype}`,
      inputs: [
        { shape: condition, dtype: "bool" },
        { shape: chosen, dtype },
        { shape: other, dtype }
      ],
      f: (c, x, y) => tf.where(c, from(x, t), from(y, e)),
      // tfjs differentiates no tile of more axes.
      by:
        dtype !== "float32" || Math.max(whole.length, part.length) > 4
          ? []
          : [t, e].flatMap((source, i) => (source === "input" ? [i + 1] : []))
    }
  })

const logicalNot = anyShape().map(
  (shape): Op => ({
    name: `logicalNot of [${shape}]`,
    inputs: [{ shape, dtype: "bool" }],
    f: (x) => tf.logicalNot(x)
  })
)

export const elementwise: Ops = [
  ...Object.entries(unaries).map(unary),
  ...Object.entries(binaries).map(binary),
  addN,
  cast,
  logicalNot,
  prelu,
  where
]
