import { image, type Tensor4D, tensor2d } from "@tensorflow/tfjs-core"
import { axisProduct } from "./axisProduct.ts"
import { withGradient } from "./withGradient.ts"

/**
 * Bilinear resizing with aligned corners: the corner pixels of input and output coincide, as
 * `F.interpolate(..., mode="bilinear", align_corners=True)`.
 *
 * Its gradient is written out as two matrix products, because the kernel that tfjs would ask for fails on maps that are
 * not square (cpu engine).
 *
 * @param x [batch, height, width, channels]
 * @param size height and width of the result
 * @returns [batch, ...size, channels]
 *
 * @example
 * ```ts
 * bilinear(tensor4d([0, 1], [1, 1, 2, 1]), [1, 5]).dataSync() // => [0, 0.25, 0.5, 0.75, 1]
 * ```
 */
export const bilinear = (x: Tensor4D, size: readonly [height: number, width: number]): Tensor4D => {
  const [, height, width] = x.shape
  if (height === size[0] && width === size[1]) return x
  return withGradient(
    x,
    (input) => image.resizeBilinear(input, [...size], true),
    (dy) => {
      const rows = tensor2d(transposedInterpolation(height, size[0]), [height, size[0]])
      const columns = tensor2d(transposedInterpolation(width, size[1]), [width, size[1]])
      return axisProduct(axisProduct(dy, rows, 1), columns, 2)
    }
  )
}

/** The [from, to] matrix whose column j holds the weights of the output pixel j. */
const transposedInterpolation = (from: number, to: number): Float32Array => {
  const matrix = new Float32Array(from * to)
  const step = to > 1 ? (from - 1) / (to - 1) : 0
  for (let j = 0; j < to; j++) {
    const position = Math.min(j * step, from - 1)
    const low = Math.floor(position)
    const high = Math.min(low + 1, from - 1)
    matrix[low * to + j] += 1 - (position - low)
    matrix[high * to + j] += position - low
  }
  return matrix
}
