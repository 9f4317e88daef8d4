import { add, type Tensor3D } from "@tensorflow/tfjs-core"
import { dropout } from "./dropout.ts"
import { gelu } from "./gelu.ts"
import { layerNorm, layerNormSpec } from "./layerNorm.ts"
import { linear, linearSpec } from "./linear.ts"
import type { Mode } from "./mode.ts"
import { multiHeadAttention, multiHeadAttentionSpec } from "./multiHeadAttention.ts"
import type { ParamsOf } from "./spec.ts"

/** Epsilon of the layer norms of a vision transformer. */
export const VISION_TRANSFORMER_EPSILON = 1e-6

export interface TransformerBlockConfig {
  /** Numbers in a token. */
  readonly features: number
  /** Numbers between the two layers of the perceptron. */
  readonly hidden: number
}

/** Parameters of a block. The perceptron's kernels are Xavier uniform, its biases N(0, 1e-6^2). */
export const transformerBlockSpec = ({ features, hidden }: TransformerBlockConfig) => {
  const layer = (from: number, to: number) => {
    const { kernel, bias } = linearSpec({ in: from, out: to })
    return {
      kernel: { ...kernel, initializer: { kind: "uniform", bound: Math.sqrt(6 / (from + to)) } as const },
      bias: { ...bias, initializer: { kind: "normal", std: 1e-6 } as const }
    }
  }
  return {
    attentionNorm: layerNormSpec(features),
    attention: multiHeadAttentionSpec({ features }),
    perceptronNorm: layerNormSpec(features),
    expand: layer(features, hidden),
    contract: layer(hidden, features)
  }
}

export type TransformerBlockParams = ParamsOf<ReturnType<typeof transformerBlockSpec>>

/**
 * Encoder block of a vision transformer: y = x + attention(norm x), then y + contract(gelu(expand(norm y))), with dropout
 * after each layer of the perceptron.
 *
 * Source: Dosovitskiy et al., An image is worth 16x16 words (ICLR 2021), Eq. 2-3, as in Beckschen/TransUNet.
 *
 * @param x [batch, tokens, features]
 * @param options `purpose` tells the blocks of one network apart
 * @returns the shape of `x`
 */
export const transformerBlock = (
  p: TransformerBlockParams,
  x: Tensor3D,
  mode: Mode,
  options: { readonly heads: number; readonly dropout: number; readonly purpose: string }
): Tensor3D => {
  const { heads, dropout: rate, purpose } = options
  const norm = { epsilon: VISION_TRANSFORMER_EPSILON }
  const attended = add<Tensor3D>(x, multiHeadAttention(p.attention, layerNorm(p.attentionNorm, x, norm), { heads }))
  const expanded = gelu(linear(p.expand, layerNorm(p.perceptronNorm, attended, norm)))
  const kept = dropout(expanded, mode, { rate, purpose: `${purpose}.expand` })
  return add(attended, dropout(linear(p.contract, kept), mode, { rate, purpose: `${purpose}.contract` }))
}
