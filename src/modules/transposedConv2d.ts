import { add, conv2dTranspose, type Tensor4D } from "@tensorflow/tfjs-core"
import { type Leaf, type ParamsOf, weight } from "./spec.ts"

/** Parameters of a transposed convolution, its kernel [k, k, out, in]; both draw from U(+-1 / sqrt(out k k)), PyTorch's default. */
export const transposedConv2dSpec = (config: {
  readonly in: number
  readonly out: number
  /** Side of the square kernel. */
  readonly kernel: number
}): { readonly kernel: Leaf<4>; readonly bias: Leaf<1> } => {
  const { in: fanIn, out, kernel } = config
  const initializer = { kind: "uniform", bound: 1 / Math.sqrt(out * kernel * kernel) } as const
  return { kernel: weight([kernel, kernel, out, fanIn], initializer), bias: weight([out], initializer) }
}

export type TransposedConv2dParams = ParamsOf<ReturnType<typeof transposedConv2dSpec>>

/**
 * The transpose of a strided convolution, by default of stride 2: what a decoder learns to upsample with.
 *
 * With a number as `padding` it has PyTorch's geometry, (n - 1) stride - 2 padding + k + outputPadding on each side. With
 * "same" it has Keras's, n stride, which crops what exceeds that at the bottom and right first.
 *
 * @param x [batch, height, width, in]
 * @returns [batch, height', width', out]
 */
export const transposedConv2d = (
  p: TransposedConv2dParams,
  x: Tensor4D,
  options: {
    readonly stride?: number
    readonly padding?: number | "same"
    /** Rows and columns to add at the bottom and right, fewer than `stride`. */
    readonly outputPadding?: number
  } = {}
): Tensor4D => {
  const { stride = 2, padding = 0, outputPadding = 0 } = options
  const [batch, height, width] = x.shape
  const [side, , out] = p.kernel.shape
  const grown = (n: number) => (padding === "same" ? n * stride : (n - 1) * stride - 2 * padding + side + outputPadding)
  const shape: [number, number, number, number] = [batch, grown(height), grown(width), out]
  return add(conv2dTranspose(x, p.kernel, shape, stride, padding, padding === "same" ? undefined : "floor"), p.bias)
}
