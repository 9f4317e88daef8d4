import * as tf from "@tensorflow/tfjs-core"
import fc from "fast-check"
import type { DType } from "../../../../src/compile/graph.ts"
import type { Op } from "../../../support/compiled/trial.ts"
import { axesOf, axisOf, number, type Ops, shape, upTo } from "./arbitraries.ts"

interface Reduction {
  readonly f: (x: tf.Tensor, axes: Array<number> | undefined, keepDims: boolean) => tf.Tensor
  readonly types?: fc.Arbitrary<DType>
  readonly differentiable?: boolean
}

const float = fc.constant<DType>("float32")
const bool = fc.constant<DType>("bool")

const reductions_: Readonly<Record<string, Reduction>> = {
  all: { f: tf.all, types: bool },
  any: { f: tf.any, types: bool },
  logSumExp: { f: tf.logSumExp },
  max: { f: tf.max, types: number },
  mean: { f: tf.mean, types: number },
  min: { f: tf.min, types: number },
  // Its gradient needs tfjs's chained ops.
  prod: { f: tf.prod, types: number, differentiable: false },
  sum: { f: tf.sum, types: fc.constantFrom<DType>("float32", "int32", "bool") },
  variance: { f: (x, axes, keepDims) => tf.moments(x, axes, keepDims).variance }
}

/** What is multiplied, lest it overflow or lose its digits. */
const nearOne = (x: number) => 1 + x / 8
const unit = (x: number) => Math.sign(x) / 3

const reduction = ([name, { f, types = float, differentiable = true }]: [string, Reduction]): fc.Arbitrary<Op> =>
  fc
    .tuple(shape(), types, fc.boolean())
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
      by: differentiable && dtype === "float32" ? [0] : []
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
  shape(1)
    .chain((shape) => fc.tuple(fc.constant(shape), upTo(shape.length - 1, 0), fc.boolean(), fc.boolean(), number))
    .map(
      ([shape, axis, exclusive, reverse, dtype]): Op => ({
        name: `${name} of ${dtype} [${shape}] along ${axis}${exclusive ? ", exclusive" : ""}${reverse ? ", reverse" : ""}`,
        inputs: [{ shape, dtype }],
        f: (x) => f(x, axis, exclusive, reverse),
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
