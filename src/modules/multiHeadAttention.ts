import { matMul, mul, reshape, softmax, type Tensor3D, transpose } from "@tensorflow/tfjs-core"
import { type LinearParams, linear, linearSpec } from "./linear.ts"

/** Parameters of self-attention on tokens of `features` numbers. */
export const multiHeadAttentionSpec = ({ features }: { readonly features: number }) => {
  const square = () => linearSpec({ in: features, out: features })
  return { query: square(), key: square(), value: square(), out: square() }
}

export type MultiHeadAttentionParams = Readonly<Record<"query" | "key" | "value" | "out", LinearParams>>

/**
 * Multi-head self-attention: for each head softmax(q k^T / sqrt(d)) v, with d = features / heads; the heads side by side
 * go through one more linear layer.
 *
 * Source: Vaswani et al., Attention is all you need (NeurIPS 2017), Eq. 1.
 *
 * @param x [batch, tokens, features]
 * @param options `heads` divides `features`
 * @returns the shape of `x`
 */
export const multiHeadAttention = (
  p: MultiHeadAttentionParams,
  x: Tensor3D,
  { heads }: { readonly heads: number }
): Tensor3D => {
  const [batch, tokens, features] = x.shape
  const depth = features / heads
  const split = (y: Tensor3D): Tensor3D =>
    reshape(transpose(reshape(y, [batch, tokens, heads, depth]), [0, 2, 1, 3]), [batch * heads, tokens, depth])
  const join = (y: Tensor3D): Tensor3D =>
    reshape(transpose(reshape(y, [batch, heads, tokens, depth]), [0, 2, 1, 3]), [batch, tokens, features])
  const [query, key, value] = [p.query, p.key, p.value].map((layer) => split(linear(layer, x)))
  const scores = matMul<Tensor3D>(mul(query, 1 / Math.sqrt(depth)), key, false, true)
  return linear(p.out, join(matMul<Tensor3D>(softmax(scores), value)))
}
