import * as tf from "@tensorflow/tfjs-core"
import fc from "fast-check"
import { axisProduct } from "../../../../src/modules/axisProduct.ts"
import type { Op } from "../../../support/compiled/trial.ts"
import { anyShape, axisOf, from, map, number, type Ops, type Shape, shape, source, upTo } from "./arbitraries.ts"

const activations = ["linear", "relu", "relu6", "elu", "sigmoid", "leakyrelu"] as const

/** Batches that broadcast. */
const factors = fc
  .tuple(shape(0, 2, 3), upTo(6), upTo(6), upTo(6), fc.boolean(), fc.boolean(), upTo(2, 0))
  .map(([batch, rows, inner, columns, transposeA, transposeB, alone]) => {
    const a = transposeA ? [inner, rows] : [rows, inner]
    const b = transposeB ? [columns, inner] : [inner, columns]
    const ones = (which: number) => (alone === which ? batch.map(() => 1) : batch)
    return { a: [...ones(1), ...a], b: [...ones(2), ...b], transposeA, transposeB }
  })

const matMul = fc.tuple(factors, source, source).map(
  ([{ a, b, transposeA, transposeB }, left, right]): Op => ({
    name: `matMul of ${left} [${a}]${transposeA ? "'" : ""} and ${right} [${b}]${transposeB ? "'" : ""}`,
    inputs: [
      { shape: a, dtype: "float32" },
      { shape: b, dtype: "float32" }
    ],
    f: (x, y) => tf.matMul(from(x, left), from(y, right), transposeA, transposeB),
    // tfjs differentiates no broadcast batches.
    by:
      a.slice(0, -2).join() === b.slice(0, -2).join()
        ? [left, right].flatMap((where, i) => (where === "input" ? [i] : []))
        : []
  })
)

const fusedMatMul = fc
  .tuple(factors, fc.constantFrom(...activations), fc.boolean())
  .map(([{ a, b, transposeA, transposeB }, activation, biased]): Op => {
    const columns = transposeB ? b.at(-2) : b.at(-1)
    return {
      name: `fused.matMul of [${a}] and [${b}], ${activation}${biased ? ", biased" : ""}`,
      inputs: [a, b, ...(biased ? [[columns as number]] : [])].map((shape) => ({ shape, dtype: "float32" })),
      f: (x, y, bias) =>
        tf.fused.matMul({ a: x, b: y, transposeA, transposeB, activation, ...(bias && { bias: bias as tf.Tensor1D }) }),
      by: []
    }
  })

/** Rows looked up, some of them more than once. */
const positions = (shape: Shape, below: number) =>
  fc
    .array(upTo(below - 1, 0), {
      minLength: shape.reduce((a, b) => a * b, 1),
      maxLength: shape.reduce((a, b) => a * b, 1)
    })
    .map((values) => ({ values, shape: [...shape] }))

const gather = shape(1, 4)
  .chain((from) => fc.tuple(fc.constant(from), axisOf(from.length), shape(1, 2, 4), number))
  .chain(([from, axis, to, dtype]) =>
    fc.tuple(fc.constant({ from, axis, dtype }), positions(to, from.at(axis) as number))
  )
  .map(
    ([{ from, axis, dtype }, { values, shape }]): Op => ({
      name: `gather of ${dtype} [${from}] at [${shape}] along ${axis}`,
      inputs: [{ shape: from, dtype }],
      f: (x) => tf.gather(x, tf.tensor(values, shape, "int32"), axis),
      // tfjs has no gradient by an axis that is counted from the end.
      by: dtype === "float32" && axis >= 0 ? [0] : []
    })
  )

/** Positions that are no constants. */
const gatherByInput = fc.tuple(map(5, 3), upTo(6)).map(
  ([shape, count]): Op => ({
    name: `gather of [${shape}] at ${count} positions`,
    inputs: [
      { shape, dtype: "float32" },
      { shape: [count], dtype: "int32" }
    ],
    f: (x, at) => tf.gather(x, tf.mod(at, tf.scalar(shape[1], "int32")), 1)
  })
)

const nd = shape(1, 4)
  .chain((shape) => fc.tuple(fc.constant(shape), upTo(shape.length), upTo(5), number))
  .chain(([shape, depth, count, dtype]) => {
    const coordinate = fc.tuple(...shape.slice(0, depth).map((n) => upTo(n - 1, 0)))
    return fc.tuple(
      fc.constant({ shape, depth, dtype }),
      fc.array(coordinate, { minLength: count, maxLength: count }),
      fc.uniqueArray(coordinate, { minLength: 1, maxLength: count, selector: (at) => at.join() })
    )
  })

const gatherNd = nd.map(
  ([{ shape, dtype }, at]): Op => ({
    name: `gatherND of ${dtype} [${shape}] at ${at.join(" ")}`,
    inputs: [{ shape, dtype }],
    f: (x) => tf.gatherND(x, tf.tensor2d(at as Array<Array<number>>, undefined, "int32")),
    by: []
  })
)

/** Positions that come twice are summed. */
const scatterNd = nd.map(
  ([{ shape, depth, dtype }, at]): Op => ({
    name: `scatterND of ${dtype} to ${at.join(" ")} of [${shape}]`,
    inputs: [{ shape: [at.length, ...shape.slice(depth)], dtype }],
    f: (x) => tf.scatterND(tf.tensor2d(at as Array<Array<number>>, undefined, "int32"), x, [...shape]),
    by: []
  })
)

const tensorScatterUpdate = nd.map(
  ([{ shape, depth, dtype }, , at]): Op => ({
    name: `tensorScatterUpdate of ${dtype} [${shape}] at ${at.join(" ")}`,
    inputs: [
      { shape, dtype },
      { shape: [at.length, ...shape.slice(depth)], dtype }
    ],
    f: (x, updates) => tf.tensorScatterUpdate(x, tf.tensor2d(at as Array<Array<number>>, undefined, "int32"), updates),
    by: []
  })
)

/** Some belong to no segment. */
const unsortedSegmentSum = fc
  .tuple(shape(1, 4), upTo(4))
  .chain(([shape, segments]) =>
    fc.tuple(
      fc.constant({ shape, segments }),
      fc.array(upTo(segments - 1, -1), { minLength: shape[0], maxLength: shape[0] })
    )
  )
  .map(
    ([{ shape, segments }, ids]): Op => ({
      name: `unsortedSegmentSum of [${shape}] by ${ids}`,
      inputs: [{ shape, dtype: "float32" }],
      f: (x) => tf.unsortedSegmentSum(x, tf.tensor1d(ids, "int32"), segments),
      // The cpu engine multiplies by 0 what does not belong to a segment.
      shuns: (x) => !Number.isFinite(x),
      by: []
    })
  )

const oneHot = fc
  .tuple(anyShape(0, 3, 4), upTo(5, 2), fc.constantFrom(...(["float32", "int32", "bool"] as const)), fc.boolean())
  .map(
    ([shape, depth, dtype, other]): Op => ({
      name: `oneHot of [${shape}] in ${depth}, ${dtype}`,
      // Some are below 0 or beyond.
      inputs: [{ shape, dtype: "int32" }],
      f: (x) => (other && dtype !== "bool" ? tf.oneHot(x, depth, 3, -2, dtype) : tf.oneHot(x, depth, 1, 0, dtype)),
      by: []
    })
  )

const equations = [
  {
    equation: "ij,jk->ik",
    shapes: (i: number, j: number, k: number) => [
      [i, j],
      [j, k]
    ]
  },
  {
    equation: "bij,bkj->bik",
    shapes: (i: number, j: number, k: number) => [
      [2, i, j],
      [2, k, j]
    ]
  },
  { equation: "ij->ji", shapes: (i: number, j: number) => [[i, j]] },
  { equation: "ijk,k->ij", shapes: (i: number, j: number, k: number) => [[i, j, k], [k]] },
  {
    equation: "bhwc,co->bhwo",
    shapes: (i: number, j: number, k: number) => [
      [2, i, j, k],
      [k, 3]
    ]
  },
  { equation: "i,j->ij", shapes: (i: number, j: number) => [[i], [j]] }
]

const einsum = fc.tuple(fc.constantFrom(...equations), upTo(4), upTo(4), upTo(4)).map(
  ([{ equation, shapes }, i, j, k]): Op => ({
    name: `einsum ${equation} of ${[i, j, k]}`,
    inputs: shapes(i, j, k).map((shape) => ({ shape, dtype: "float32" })),
    f: (...xs) => tf.einsum(equation, ...xs),
    by: []
  })
)

/** The library's own product along one axis of a map. */
const alongAxis = fc.tuple(map(6, 3), upTo(6), fc.constantFrom(1 as const, 2 as const), source).map(
  ([shape, to, axis, where]): Op => ({
    name: `axisProduct of [${shape}] to ${to} along ${axis}, by ${where}`,
    inputs: [
      { shape, dtype: "float32" },
      { shape: [to, shape[axis]], dtype: "float32" }
    ],
    f: (x, matrix) => axisProduct(x as tf.Tensor4D, from(matrix, where) as tf.Tensor2D, axis),
    by: where === "input" ? [0, 1] : [0]
  })
)

export const products: Ops = [
  alongAxis,
  einsum,
  fusedMatMul,
  gather,
  gatherByInput,
  gatherNd,
  matMul,
  oneHot,
  scatterNd,
  tensorScatterUpdate,
  unsortedSegmentSum
]
