import { backend_util } from "@tensorflow/tfjs-core"
import { compose, sizeOf } from "./compose.ts"
import type { Kernel } from "./kernel.ts"

/** Below this many multiplications a product, tfjs's own loop costs less than slicing the batch apart. */
const WORTH_SLICING = 20_000

/** Batched and transposed products as single ones, which alone are fast on this engine. */
export const batchMatMul: Kernel = {
  name: "BatchMatMul",
  make: (original) => (call) => {
    const { inputs, attrs, backend } = call
    const { a, b } = inputs
    const { transposeA = false, transposeB = false } = attrs as { transposeA?: boolean; transposeB?: boolean }
    const [m, k] = lastTwo(a.shape, transposeA)
    const [, n] = lastTwo(b.shape, transposeB)
    const outerA = a.shape.slice(0, -2)
    const outerB = b.shape.slice(0, -2)
    const outer = backend_util.assertAndGetBroadcastShape(outerA, outerB)
    const batch = sizeOf(outer)
    const plain = batch === 1 && !transposeA && !transposeB
    const sameOuter = String(outerA) === String(outerB) || sizeOf(outerA) === 1 || sizeOf(outerB) === 1
    if (original !== undefined && (plain || (sameOuter && m * k * n < WORTH_SLICING))) {
      return original({ inputs: { ...inputs }, attrs, backend })
    }
    return compose(backend, (kernels) => {
      const matrices = (x: typeof a, transposed: boolean) => {
        const [rows, columns] = x.shape.slice(-2)
        const stacked = kernels.reshape(x, [sizeOf(x.shape) / (rows * columns), rows, columns])
        return (index: number) => {
          const one = kernels.reshape(kernels.slice(stacked, [index, 0, 0], [1, rows, columns]), [rows, columns])
          return transposed ? kernels.transpose(one, [1, 0]) : one
        }
      }
      if (sizeOf(outerB) === 1 && !transposeA) {
        const all = kernels.reshape(a, [batch * m, k])
        return kernels.reshape(kernels.product(all, matrices(b, transposeB)(0)), [...outer, m, n])
      }
      const left = matrices(a, transposeA)
      const right = matrices(b, transposeB)
      const indexA = broadcastIndex(outerA, outer)
      const indexB = broadcastIndex(outerB, outer)
      const products = Array.from({ length: batch }, (_, i) => {
        const [p, q] = [left(indexA(i)), right(indexB(i))]
        const y = kernels.product(p, q)
        kernels.free(p)
        kernels.free(q)
        return y
      })
      return kernels.reshape(products.length === 1 ? products[0] : kernels.concat(products, 0), [...outer, m, n])
    })
  }
}

const lastTwo = (shape: ReadonlyArray<number>, transposed: boolean): readonly [number, number] => {
  const [rows, columns] = shape.slice(-2)
  return transposed ? [columns, rows] : [rows, columns]
}

/** From a flat index over `outer` to the one over `shape`, whose axes of size 1 are repeated. */
const broadcastIndex = (shape: ReadonlyArray<number>, outer: ReadonlyArray<number>) => (index: number) => {
  let rest = index
  let flat = 0
  let stride = 1
  for (let axis = 1; axis <= outer.length; axis++) {
    const position = rest % outer[outer.length - axis]
    rest = Math.floor(rest / outer[outer.length - axis])
    if (axis <= shape.length) {
      const size = shape[shape.length - axis]
      if (size > 1) flat += position * stride
      stride *= size
    }
  }
  return flat
}
