import { batchToSpaceND, spaceToBatchND, type Tensor4D } from "@tensorflow/tfjs-core"
import { type Conv2dParams, conv2d } from "./conv2d.ts"

/**
 * A convolution whose taps lie `dilation` pixels apart, padded so that the size stays (odd kernels).
 *
 * The map is dealt out into dilation^2 coarser ones, convolved without gaps and put together again: tfjs's own dilated
 * convolution has no gradient.
 *
 * @param x [batch, height, width, in]
 * @returns [batch, height, width, out]
 */
export const dilatedConv2d = (p: Conv2dParams, x: Tensor4D, options: { readonly dilation: number }): Tensor4D => {
  const { dilation } = options
  if (dilation === 1) return conv2d(p, x)
  const [, height, width] = x.shape
  const reach = (dilation * (p.kernel.shape[0] - 1)) / 2
  const excess = (n: number) => (dilation - (n % dilation)) % dilation
  const [bottom, right] = [excess(height), excess(width)]
  const block = [dilation, dilation]
  const dealt = spaceToBatchND(x, block, [
    [reach, reach + bottom],
    [reach, reach + right]
  ])
  return batchToSpaceND(conv2d(p, dealt, { padding: 0 }), block, [
    [0, bottom],
    [0, right]
  ])
}
