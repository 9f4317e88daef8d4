import { add, matMul, reshape, type Tensor2D, type Tensor3D } from "@tensorflow/tfjs-core"
import { type Leaf, type ParamsOf, weight } from "./spec.ts"

/** Parameters of a fully connected layer, its kernel [in, out]; both draw from U(+-1 / sqrt(in)), PyTorch's default. */
export const linearSpec = (config: {
  readonly in: number
  readonly out: number
}): { readonly kernel: Leaf<2>; readonly bias: Leaf<1> } => {
  const initializer = { kind: "uniform", bound: 1 / Math.sqrt(config.in) } as const
  return { kernel: weight([config.in, config.out], initializer), bias: weight([config.out], initializer) }
}

export type LinearParams = ParamsOf<ReturnType<typeof linearSpec>>

/**
 * x kernel + bias for every token.
 *
 * @param x [batch, tokens, in]
 * @returns [batch, tokens, out]
 */
export const linear = (p: LinearParams, x: Tensor3D): Tensor3D => {
  const [batch, tokens, fanIn] = x.shape
  const rows = matMul(reshape(x, [batch * tokens, fanIn]) as Tensor2D, p.kernel)
  return reshape(add(rows, p.bias), [batch, tokens, p.kernel.shape[1]])
}
