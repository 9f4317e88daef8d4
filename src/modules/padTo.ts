import { pad, type Tensor4D } from "@tensorflow/tfjs-core"

/**
 * Zeros at the bottom and right up to a size.
 *
 * @param x [batch, height, width, channels], no larger than `size`
 * @returns [batch, ...size, channels]
 */
export const padTo = (x: Tensor4D, size: readonly [height: number, width: number]): Tensor4D => {
  const [bottom, right] = [size[0] - x.shape[1], size[1] - x.shape[2]]
  if (bottom === 0 && right === 0) return x
  return pad(x, [
    [0, 0],
    [0, bottom],
    [0, right],
    [0, 0]
  ])
}
