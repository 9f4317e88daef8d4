import { gather, type Tensor4D, tensor1d, tensor2d } from "@tensorflow/tfjs-core"
import { axisProduct, type SpatialAxis } from "./axisProduct.ts"
import { withGradient } from "./withGradient.ts"

/**
 * Takes rows (axis 1) or columns (axis 2) by their positions, in any order and as often as asked.
 *
 * Its gradient, the sum over all copies, is a matrix product, because the kernel that tfjs would ask for is missing on the
 * wasm engine.
 *
 * @param x [batch, height, width, channels]
 * @returns the shape of `x` with `positions.length` along `axis`
 *
 * @example
 * ```ts
 * take(tensor4d([1, 2, 3], [1, 3, 1, 1]), [2, 0, 2], 1).dataSync() // => [3, 1, 3]
 * ```
 */
export const take = (x: Tensor4D, positions: ReadonlyArray<number>, axis: SpatialAxis): Tensor4D => {
  const length = x.shape[axis]
  if (positions.length === length && positions.every((position, i) => position === i)) return x
  return withGradient(
    x,
    (input) => gather(input, tensor1d([...positions], "int32"), axis),
    (dy) => {
      const copies = new Float32Array(length * positions.length)
      positions.forEach((position, i) => {
        copies[position * positions.length + i] = 1
      })
      return axisProduct(dy, tensor2d(copies, [length, positions.length]), axis)
    }
  )
}
