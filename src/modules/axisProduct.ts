import { matMul, reshape, type Tensor, type Tensor2D, type Tensor4D, transpose } from "@tensorflow/tfjs-core"
import { ownOp } from "../compile/ownOp.ts"

/** The height (1) or the width (2) of a map [batch, height, width, channels]. */
export type SpatialAxis = 1 | 2

/**
 * Applies a matrix along one spatial axis: y_j = sum_i matrix_ji x_i for every row or column.
 *
 * Interpolation, pooling by means and the gradients of gathering are all such products, and a plain matrix product is
 * what every engine has, does fast and differentiates rightly.
 *
 * @param x [batch, height, width, channels]
 * @param matrix [out, in], `in` being the size of `x` along `axis`
 * @returns the shape of `x` with `out` along `axis`
 */
export const axisProduct = (x: Tensor4D, matrix: Tensor2D, axis: SpatialAxis): Tensor4D =>
  product({ x, matrix }, { axis })

type Inputs = { readonly x: Tensor4D; readonly matrix: Tensor2D }

const product = ownOp<Inputs, { readonly axis: SpatialAxis }, Tensor4D>({
  name: "AxisProduct",
  compute: ({ x, matrix }, { axis }) => {
    const last = axis === 1 ? [0, 2, 3, 1] : [0, 1, 3, 2]
    const back = axis === 1 ? [0, 3, 1, 2] : [0, 1, 3, 2]
    const moved = transpose(x, last)
    const [a, b, c, length] = moved.shape
    const rows = matMul(reshape(moved, [a * b * c, length]) as Tensor2D, matrix, false, true)
    return transpose(reshape(rows, [a, b, c, matrix.shape[0]]), back)
  },
  gradient: {
    saves: [["x", "matrix"], []],
    by: (dy, [x, matrix], { axis }) => ({
      x: () => axisProduct(dy, transpose(matrix) as Tensor2D, axis),
      matrix: () => {
        const rows = (map: Tensor) => {
          const moved = transpose(map, axis === 1 ? [1, 0, 2, 3] : [2, 0, 1, 3])
          return reshape(moved, [moved.shape[0], moved.size / moved.shape[0]]) as Tensor2D
        }
        return matMul(rows(dy), rows(x), false, true)
      }
    })
  }
})
