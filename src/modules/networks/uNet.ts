import { bilinear } from "../bilinear.ts"
import { conv2dSpec } from "../conv2d.ts"
import { doubleConv, doubleConvSpec } from "../doubleConv.ts"
import { ConfigError } from "../errors.ts"
import { pytorchDefault, withInitializers } from "../initializers.ts"
import { uNetNames } from "../pytorch/uNet.ts"
import type { Spec } from "../spec.ts"
import { transposedConv2d, transposedConv2dSpec } from "../transposedConv2d.ts"
import { upConv, upConvSpec } from "../upConv.ts"
import { checkInput, checkPositive } from "./checks.ts"
import { defineNetwork, type PortedNetwork } from "./network.ts"
import { U_NET_STRIDE, type UShapeConfig, uNetChannels, uShape, uShapeSpec } from "./uShape.ts"

export interface UNetConfig extends UShapeConfig {
  /**
   * How the decoder returns to a higher resolution: by a learned "transposed" convolution, by "bilinear" interpolation
   * (which halves the lowest level), or by repeating the "nearest" pixel before a 3x3 convolution. Default "transposed".
   */
  readonly upsampling?: "transposed" | "bilinear" | "nearest"
}

/**
 * U-Net with padded convolutions and batch norm, of 31.0 M parameters by default.
 *
 * "transposed" and "bilinear" are the two forms of milesial/Pytorch-UNet: convolutions without bias before a batch norm; any
 * size of at least 16, with zeros for what pooling dropped. "nearest" is the form of LeeJunHyun/Image_Segmentation with
 * biases throughout, which differs from Attention U-Net by nothing but the gates; height and width are multiples of 16.
 *
 * Parameters start as PyTorch's layers do, as in both repositories (the N(0, 0.02) helper of the second is never called).
 *
 * Input [batch, height, width, inChannels], logits [batch, height, width, classes].
 *
 * Source: Ronneberger, Fischer & Brox, U-Net (MICCAI 2015), which had no padding and no batch norm.
 *
 * @example
 * ```ts
 * const network = uNet({ width: 8 })
 * countParams(network.spec) // => 486409
 * const params = initialize(key(1), network.spec)
 * network.forward(params, zeros([1, 37, 29, 1]), inference).logits.shape // => [1, 37, 29, 1]
 * ```
 */
export const uNet = (options: UNetConfig = {}): PortedNetwork => {
  const config: Required<UNetConfig> = { inChannels: 1, classes: 1, width: 64, upsampling: "transposed", ...options }
  const { inChannels, classes, width, upsampling } = config
  checkPositive("uNet", { inChannels, classes, width })
  const limits = upsampling === "nearest" ? { multiple: U_NET_STRIDE } : { least: U_NET_STRIDE }
  const define = <S extends Spec>(spec: S, forward: Parameters<typeof defineNetwork<S>>[0]["forward"]) => ({
    ...defineNetwork({
      name: "uNet",
      config,
      spec: withInitializers(spec, pytorchDefault),
      check: (shape) => checkInput("uNet", shape, { inChannels, ...limits }),
      forward
    }),
    names: uNetNames[upsampling]
  })
  switch (upsampling) {
    case "transposed":
      return define(transposedSpec(config), (p, x, mode) => ({
        logits: uShape(p, x, mode, { block: doubleConv, rise: (rise, y) => transposedConv2d(rise, y) })
      }))
    case "bilinear":
      return define(bilinearSpec(config), (p, x, mode) => ({
        logits: uShape(p, x, mode, {
          block: doubleConv,
          rise: (_, y) => bilinear(y, [2 * y.shape[1], 2 * y.shape[2]])
        })
      }))
    case "nearest":
      return define(nearestSpec(config), (p, x, mode) => ({
        logits: uShape(p, x, mode, { block: doubleConv, rise: upConv })
      }))
    default:
      throw new ConfigError({ of: "uNet", reason: `upsampling ${upsampling} is not transposed, bilinear or nearest` })
  }
}

const transposedSpec = (config: Required<UNetConfig>) =>
  uShapeSpec(config, {
    block: (between) => doubleConvSpec({ ...between, bias: false }),
    rise: (between) => transposedConv2dSpec({ ...between, kernel: 2 }),
    gate: () => ({})
  })

const nearestSpec = (config: Required<UNetConfig>) =>
  uShapeSpec(config, {
    block: (between) => doubleConvSpec({ ...between, bias: true }),
    rise: upConvSpec,
    gate: () => ({})
  })

/** Interpolation keeps the channels, so the level below a skip has as many as the skip, and each block halves them. */
const bilinearSpec = ({ inChannels, classes, width }: Required<UNetConfig>) => {
  const skips = uNetChannels(width).slice(0, -1)
  const levels = [...skips, skips[skips.length - 1]]
  return {
    encoder: levels.map((out, i) => doubleConvSpec({ in: i === 0 ? inChannels : levels[i - 1], out, bias: false })),
    decoder: skips
      .map((skip, i) => ({
        rise: {},
        gate: {},
        block: doubleConvSpec({ in: 2 * skip, middle: skip, out: skips[Math.max(0, i - 1)], bias: false })
      }))
      .reverse(),
    head: conv2dSpec({ in: width, out: classes, kernel: 1 })
  }
}
