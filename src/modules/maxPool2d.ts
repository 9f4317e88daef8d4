import { maxPool, type Tensor4D } from "@tensorflow/tfjs-core"

/**
 * The largest value of each window of `size` x `size`; windows that would reach over the edge (beyond `padding`) are left
 * out, as in PyTorch. By default windows of 2 do not overlap and halve the map, rounding down.
 *
 * @param x [batch, height, width, channels]
 * @returns [batch, floor((height + 2 padding - size) / stride) + 1, ..., channels]
 */
export const maxPool2d = (
  x: Tensor4D,
  options: { readonly size?: number; readonly stride?: number; readonly padding?: number } = {}
): Tensor4D => {
  const { size = 2, stride = size, padding = 0 } = options
  return maxPool(x, size, stride, padding, "floor")
}
