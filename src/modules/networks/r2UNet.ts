import { attentionGate } from "../attentionGate.ts"
import { pytorchDefault, withInitializers } from "../initializers.ts"
import { r2UNetNames } from "../pytorch/r2UNet.ts"
import { recurrentResidual, recurrentResidualSpec } from "../recurrentResidual.ts"
import { upConv, upConvSpec } from "../upConv.ts"
import { skipGateSpec } from "./attentionUNet.ts"
import { checkInput, checkPositive } from "./checks.ts"
import { defineNetwork, type PortedNetwork } from "./network.ts"
import { U_NET_STRIDE, type UShapeConfig, uShape, uShapeSpec } from "./uShape.ts"

export interface R2UNetConfig extends UShapeConfig {
  /** How often a recurrent convolution takes up its own result. Default 2. */
  readonly recurrences?: number
  /** Whether skip connections are gated, which makes it the R2AttU-Net. Default false. */
  readonly attention?: boolean
}

/**
 * R2U-Net: a U-Net of recurrent residual blocks, 39.1 M parameters by default.
 *
 * It follows LeeJunHyun/Image_Segmentation, where upsampling is that of the "nearest" {@link uNet}. Parameters start as
 * PyTorch's layers do. Height and width are multiples of 16.
 *
 * Input [batch, height, width, inChannels], logits [batch, height, width, classes].
 *
 * Source: Alom et al., Recurrent residual convolutional neural network based on U-Net (2018).
 *
 * @example
 * ```ts
 * countParams(r2UNet().spec) // => 39091265
 * countParams(r2UNet({ attention: true }).spec) // => 39442797
 * ```
 */
export const r2UNet = (options: R2UNetConfig = {}): PortedNetwork => {
  const config: Required<R2UNetConfig> = {
    inChannels: 1,
    classes: 1,
    width: 64,
    recurrences: 2,
    attention: false,
    ...options
  }
  const { inChannels, classes, width, recurrences } = config
  checkPositive("r2UNet", { inChannels, classes, width, recurrences })
  const parts = { block: recurrentResidualSpec, rise: upConvSpec }
  const block: typeof recurrentResidual = (p, x, mode) => recurrentResidual(p, x, mode, { recurrences })
  const common = {
    name: "r2UNet",
    config,
    check: (shape: readonly [number, number, number, number]) =>
      checkInput("r2UNet", shape, { inChannels, multiple: U_NET_STRIDE })
  }
  const network = config.attention
    ? defineNetwork({
        ...common,
        spec: withInitializers(uShapeSpec(config, { ...parts, gate: skipGateSpec }), pytorchDefault),
        forward: (p, x, mode) => ({ logits: uShape(p, x, mode, { block, rise: upConv, gate: attentionGate }) })
      })
    : defineNetwork({
        ...common,
        spec: withInitializers(uShapeSpec(config, { ...parts, gate: () => ({}) }), pytorchDefault),
        forward: (p, x, mode) => ({ logits: uShape(p, x, mode, { block, rise: upConv }) })
      })
  return { ...network, names: r2UNetNames }
}
