import * as tf from "@tensorflow/tfjs-core"
import fc from "fast-check"
import { type DType, sizeOf } from "../../../../src/compile/graph.ts"
import type { Op } from "../../../support/compiled/trial.ts"
import { anyShape, axesOf, axisOf, number, type Ops, shape, upTo } from "./arbitraries.ts"

interface Reduction {
  readonly f: (x: tf.Tensor, axes: Array<number> | undefined, keepDims: boolean) => tf.Tensor
  readonly types?: fc.Arbitrary<DType>
  readonly differentiable?: boolean
  /** Whether it has a result of nothing, the same as the cpu engine. */
  readonly ofNothing?: boolean
  readonly shuns?: Op["shuns"]
}

const float = fc.constant<DType>("float32")
const bool = fc.constant<DType>("bool")

const isLarge = (x: number) => Number.isFinite(x) && Math.abs(x) >= 2 ** 30

const reductions_: Readonly<Record<string, Reduction>> = {
  // The cpu engine has nothing of which all are true.
  all: { f: tf.all, types: bool, ofNothing: false },
  any: { f: tf.any, types: bool },
  logSumExp: { f: tf.logSumExp, ofNothing: false },
  max: { f: tf.max, types: number, ofNothing: false },
  // Large numbers leave no digits to what they cancel to.
  mean: { f: tf.mean, types: number, shuns: isLarge },
  min: { f: tf.min, types: number, ofNothing: false },
  // Its gradient needs tfjs's chained ops; the cpu engine multiplies whole numbers as fractions.
  prod: { f: tf.prod, types: number, differentiable: false, shuns: (x) => Math.abs(x) > 2 },
  // Beyond int32 ONNX Runtime stays at its ends.
  sum: {
    f: tf.sum,
    types: fc.constantFrom<DType>("float32", "int32", "bool"),
    shuns: (x) => Number.isFinite(x) && Math.abs(x) >= 2 ** 30
  },
  variance: { f: (x, axes, keepDims) => tf.moments(x, axes, keepDims).variance }
}

/** What is multiplied, lest it overflow or lose its digits. */
const nearOne = (x: number) => 1 + x / 8
const unit = (x: number) => Math.sign(x) / 3

const reduction = ([name, { f, types = float, differentiable = true, ofNothing = true, shuns }]: [
  string,
  Reduction
]): fc.Arbitrary<Op> =>
  fc
    .tuple(ofNothing ? anyShape() : shape(), types, fc.boolean())
    .chain(([shape, dtype, keepDims]) =>
      fc.tuple(
        fc.constant({ shape, dtype, keepDims }),
        shape.length === 0 ? fc.constant(undefined) : fc.option(axesOf(shape.length), { nil: undefined, freq: 5 })
      )
    )
    .map(([{ shape, dtype, keepDims }, axes]) => ({
      name: `${name} of ${dtype} [${shape}] along ${axes ?? "all"}${keepDims ? ", kept" : ""}`,
      inputs: [{ shape, dtype, ...(name === "prod" && { domain: dtype === "int32" ? unit : nearOne }) }],
      f: (x) => f(x, axes, keepDims),
      ...(shuns && { shuns }),
      // tfjs spreads a slope of one over nothing by a reshape.
      by: differentiable && dtype === "float32" && sizeOf(shape) > 0 ? [0] : []
    }))

const argument = (name: string, f: typeof tf.argMax) =>
  shape(1)
    .chain((shape) => fc.tuple(fc.constant(shape), axisOf(shape.length), number))
    .map(
      ([shape, axis, dtype]): Op => ({
        // Whole numbers, of which some are equal: the first counts.
        name: `${name} of ${dtype} [${shape}] along ${axis}`,
        inputs: [{ shape, dtype, domain: Math.round }],
        f: (x) => f(x, axis),
        shuns: Number.isNaN,
        by: []
      })
    )

const normalized = (name: string, f: (x: tf.Tensor) => tf.Tensor) =>
  shape(1).map(
    (shape): Op => ({
      name: `${name} of [${shape}]`,
      inputs: [{ shape, dtype: "float32", domain: (x) => 3 * x }],
      f: (x) => f(x)
    })
  )

const cumulative = (name: string, f: typeof tf.cumsum) =>
  anyShape(1)
    .chain((shape) => fc.tuple(fc.constant(shape), upTo(shape.length - 1, 0), fc.boolean(), fc.boolean(), number))
    .map(
      ([shape, axis, exclusive, reverse, dtype]): Op => ({
        name: `${name} of ${dtype} [${shape}] along ${axis}${exclusive ? ", exclusive" : ""}${reverse ? ", reverse" : ""}`,
        inputs: [{ shape, dtype }],
        f: (x) => f(x, axis, exclusive, reverse),
        ...(name === "cumprod" && { shuns: (x) => Math.abs(x) > 2 }),
        // tfjs's gradient of sums along other axes than the last is wrong; products have none.
        by: name === "cumsum" && dtype === "float32" && axis === shape.length - 1 ? [0] : []
      })
    )

const topk = shape(1)
  .chain((shape) => fc.tuple(fc.constant(shape), fc.integer({ min: 1, max: shape.at(-1) as number }), number))
  .map(
    ([shape, k, dtype]): Op => ({
      name: `topk ${k} of ${dtype} [${shape}]`,
      inputs: [{ shape, dtype, domain: (x) => Math.round(4 * x) / 4 }],
      f: (x) => Object.values(tf.topk(x, k)),
      // The cpu engine passes over numbers beside an infinite one.
      shuns: (x) => !Number.isFinite(x),
      by: []
    })
  )

export const reductions: Ops = [
  ...Object.entries(reductions_).map(reduction),
  argument("argMax", tf.argMax),
  argument("argMin", tf.argMin),
  cumulative("cumsum", tf.cumsum),
  cumulative("cumprod", tf.cumprod),
  normalized("logSoftmax", (x) => tf.logSoftmax(x)),
  normalized("softmax", (x) => tf.softmax(x)),
  topk
]
