import { type Tensor4D, tensor2d } from "@tensorflow/tfjs-core"
import { axisProduct } from "./axisProduct.ts"

/**
 * Bilinear resizing where pixels are areas rather than points, as `F.interpolate(..., mode="bilinear",
 * align_corners=False)`: output pixel j lies at (j + 1/2) in / out - 1/2, moved to the edge where it is beyond it.
 *
 * Made of two matrix products, because the gradient of tfjs's own form is wrong (cpu and wasm engines).
 *
 * @param x [batch, height, width, channels]
 * @param size height and width of the result
 * @returns [batch, ...size, channels]
 */
export const halfPixelBilinear = (x: Tensor4D, size: readonly [height: number, width: number]): Tensor4D => {
  const [, height, width] = x.shape
  const rows = tensor2d(interpolation(height, size[0]), [size[0], height])
  const columns = tensor2d(interpolation(width, size[1]), [size[1], width])
  return axisProduct(axisProduct(x, rows, 1), columns, 2)
}

/** The [to, from] matrix whose row j holds the weights of the output pixel j. */
const interpolation = (from: number, to: number): Float32Array => {
  const matrix = new Float32Array(to * from)
  for (let j = 0; j < to; j++) {
    const position = Math.max(0, ((j + 0.5) * from) / to - 0.5)
    const low = Math.min(Math.floor(position), from - 1)
    const high = Math.min(low + 1, from - 1)
    matrix[j * from + low] += 1 - (position - low)
    matrix[j * from + high] += position - low
  }
  return matrix
}
