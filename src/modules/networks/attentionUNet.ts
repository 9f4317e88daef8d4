import { attentionGate, attentionGateSpec } from "../attentionGate.ts"
import { doubleConv, doubleConvSpec } from "../doubleConv.ts"
import { pytorchDefault, withInitializers } from "../initializers.ts"
import { attentionUNetNames } from "../pytorch/attentionUNet.ts"
import { upConv, upConvSpec } from "../upConv.ts"
import { checkInput, checkPositive } from "./checks.ts"
import { defineNetwork } from "./network.ts"
import { U_NET_STRIDE, type UShapeConfig, uShape, uShapeSpec } from "./uShape.ts"

export type AttentionUNetConfig = UShapeConfig

/** Parameters of the gate on a skip connection of that many channels, compared with the risen map in half as many. */
export const skipGateSpec = (channels: number) =>
  attentionGateSpec({ signal: channels, skip: channels, inner: Math.max(1, Math.floor(channels / 2)) })

/**
 * Attention U-Net: the "nearest" form of {@link uNet} with an attention gate on each skip connection, 34.9 M parameters by
 * default.
 *
 * It follows LeeJunHyun/Image_Segmentation, which most comparisons cite by that count: the gating signal is the decoder's
 * map after upsampling, and all four skips are gated. The authors' own 3-D network gates by the coarser map, leaves the
 * finest skip alone and is supervised at four depths.
 *
 * Parameters start as PyTorch's layers do. Height and width are multiples of 16.
 *
 * Input [batch, height, width, inChannels], logits [batch, height, width, classes].
 *
 * Source: Oktay et al., Attention U-Net: learning where to look for the pancreas (MIDL 2018).
 *
 * @example
 * ```ts
 * const network = attentionUNet({ width: 8 })
 * countParams(network.spec) // => 547657
 * ```
 */
export const attentionUNet = (options: AttentionUNetConfig = {}) => {
  const config: Required<AttentionUNetConfig> = { inChannels: 1, classes: 1, width: 64, ...options }
  const { inChannels, classes, width } = config
  checkPositive("attentionUNet", { inChannels, classes, width })
  const spec = uShapeSpec(config, {
    block: (between) => doubleConvSpec({ ...between, bias: true }),
    rise: upConvSpec,
    gate: skipGateSpec
  })
  const network = defineNetwork({
    name: "attentionUNet",
    config,
    spec: withInitializers(spec, pytorchDefault),
    check: (shape) => checkInput("attentionUNet", shape, { inChannels, multiple: U_NET_STRIDE }),
    forward: (p, x, mode) => ({
      logits: uShape(p, x, mode, { block: doubleConv, rise: upConv, gate: attentionGate })
    })
  })
  return { ...network, names: attentionUNetNames }
}
