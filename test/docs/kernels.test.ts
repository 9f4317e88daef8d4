import "@tensorflow/tfjs-backend-cpu"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as tf from "@tensorflow/tfjs-core"
import { beforeAll, expect, it } from "vitest"
import { CompileError } from "../../src/compile/compileError.ts"
import type { TensorType } from "../../src/compile/graph.ts"
import { REFUSED } from "../../src/compile/refused.ts"
import { blocks } from "../../src/compile/rules/blocks.ts"
import { convolutions } from "../../src/compile/rules/convolution.ts"
import { elementwise } from "../../src/compile/rules/elementwise.ts"
import { RULES } from "../../src/compile/rules/index.ts"
import { normalization } from "../../src/compile/rules/normalization.ts"
import { pooling } from "../../src/compile/rules/pooling.ts"
import { products } from "../../src/compile/rules/products.ts"
import { reductions } from "../../src/compile/rules/reductions.ts"
import { shapes } from "../../src/compile/rules/shapes.ts"
import { traceGraph } from "../../src/compile/traceGraph.ts"
import { root } from "../package/root.ts"

const guide = readFileSync(join(root, "docs/guide.md"), "utf8")

/** A row of the guide's tables: put it there when this list changes. */
const row = (title: string, kernels: ReadonlyArray<string>) => `| ${title} | ${[...kernels].sort().join(", ")} |`

/** tfjs's own kernels: it exports their names. */
const KNOWN = new Set<unknown>(
  Object.entries(tf).flatMap(([name, value]) => (value === name || value === `_${name}` ? [value] : []))
)

const families = {
  "element by element": elementwise,
  convolutions,
  "pooling and resizing": pooling,
  "products and gathering": products,
  reductions,
  normalization,
  shapes: { ...shapes, ...blocks }
}

it("the families are all rules", () => {
  const kernels = Object.values(families).flatMap(Object.keys)
  expect(kernels.sort()).toEqual(Object.keys(RULES).sort())
})

it.each(Object.entries(families))("the guide lists what compiles of %s", (title, rules) => {
  const kernels = Object.keys(rules).filter((kernel) => KNOWN.has(kernel))
  expect(guide).toContain(row(title, kernels))
})

const remedies = [...new Set(Object.values(REFUSED))]

it.each(remedies)("the guide lists where it helps to %s", (remedy) => {
  expect(guide).toContain(
    row(
      remedy,
      Object.keys(REFUSED).filter((kernel) => REFUSED[kernel] === remedy)
    )
  )
})

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const float = (...shape: ReadonlyArray<number>): TensorType => ({ shape, dtype: "float32" })
const bool = (...shape: ReadonlyArray<number>): TensorType => ({ shape, dtype: "bool" })
const int = (...shape: ReadonlyArray<number>): TensorType => ({ shape, dtype: "int32" })

it.each<[says: string, f: (...x: ReadonlyArray<tf.Tensor>) => tf.Tensor, inputs: ReadonlyArray<TensorType>]>([
  [
    '`dataFormat: "NCHW"`',
    (x) => tf.conv2d(x as tf.Tensor4D, tf.ones([1, 1, 3, 2]), 1, "same", "NCHW"),
    [float(1, 3, 4, 4)]
  ],
  ["`batchDims` of `gather`", (x, i) => tf.gather(x, i as tf.Tensor1D, 1, 1), [float(2, 3), int(2, 1)]],
  ['`"symmetric"` of `mirrorPad`', (x) => tf.mirrorPad(x, [[1, 1]], "symmetric"), [float(3)]],
  ["int32 in `matMul`", (x) => tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D), [int(2, 2)]],
  ["in `maxPool`", (x) => tf.maxPool(x as tf.Tensor4D, 2, 1, "same"), [int(1, 4, 4, 1)]]
])("the guide says that it refuses %s, and it does", (says, f, inputs) => {
  expect(guide.replaceAll(/\s+/g, " ")).toContain(says)
  expect(() => traceGraph(f, inputs)).toThrow(CompileError)
})

it.each<[says: string, f: (...x: ReadonlyArray<tf.Tensor>) => tf.Tensor, inputs: ReadonlyArray<TensorType>]>([
  ["`logSoftmax`", (x) => tf.logSoftmax(x), [float(2, 3)]],
  ["`broadcastTo`", (x) => tf.broadcastTo(x, [2, 3]), [float(1, 3)]],
  ["`logicalXor`", (a, b) => tf.logicalXor(a, b), [bool(2), bool(2)]]
])("the guide says that %s compiles, as it is made of other kernels", (says, f, inputs) => {
  expect(guide.replaceAll(/\s+/g, " ")).toContain(says)
  expect(traceGraph(f, inputs).nodes.length).toBeGreaterThan(0)
})
