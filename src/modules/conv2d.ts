import { add, conv2d as convolve, type Tensor4D } from "@tensorflow/tfjs-core"
import { type Leaf, type ParamsOf, weight } from "./spec.ts"

export interface Conv2dConfig {
  readonly in: number
  readonly out: number
  /** Side of the square kernel. */
  readonly kernel: number
}

type Kernel = { readonly kernel: Leaf<4> }
type KernelAndBias = Kernel & { readonly bias: Leaf<1> }

/** A kernel [k, k, in, out], Kaiming normal by fan-out for ReLU: N(0, 2 / (out k k)). */
const kernelLeaf = ({ in: fanIn, out, kernel }: Conv2dConfig): Leaf<4> =>
  weight([kernel, kernel, fanIn, out], { kind: "normal", std: Math.sqrt(2 / (out * kernel * kernel)) })

/** Parameters of a convolution with a bias drawn from U(+-1 / sqrt(in k k)), PyTorch's default. */
export const conv2dSpec = (config: Conv2dConfig): KernelAndBias => ({
  kernel: kernelLeaf(config),
  bias: weight([config.out], { kind: "uniform", bound: 1 / Math.sqrt(config.in * config.kernel * config.kernel) })
})

/** Parameters of a convolution without bias, as before a batch norm. */
export const conv2dNoBiasSpec = (config: Conv2dConfig): Kernel => ({ kernel: kernelLeaf(config) })

export type Conv2dParams = ParamsOf<Kernel> & Partial<Pick<ParamsOf<KernelAndBias>, "bias">>

/**
 * 2-D convolution with PyTorch's geometry: `padding` zeros on every side (default: half of an odd kernel, which keeps the
 * size at stride 1), output floor((n + 2 padding - k) / stride) + 1.
 *
 * @param x [batch, height, width, in]
 * @returns [batch, height', width', out]
 */
export const conv2d = (
  p: Conv2dParams,
  x: Tensor4D,
  options: { readonly stride?: number; readonly padding?: number } = {}
): Tensor4D => {
  const { stride = 1, padding = (p.kernel.shape[0] - 1) / 2 } = options
  const y = convolve(x, p.kernel, stride, padding, "NHWC", 1, "floor")
  return p.bias === undefined ? y : add(y, p.bias)
}
