import type { Tensor4D } from "@tensorflow/tfjs-core"
import { conv2dSpec } from "../conv2d.ts"
import { type ConvNormParams, convNormRelu, convNormSpec } from "../convNorm.ts"
import { type DenseBlockParams, denseBlock, denseBlockSpec } from "../denseBlock.ts"
import { ConfigError } from "../errors.ts"
import { kerasDefault, withInitializers } from "../initializers.ts"
import type { Mode } from "../mode.ts"
import { transposedConv2d, transposedConv2dSpec } from "../transposedConv2d.ts"
import { checkInput, checkPositive } from "./checks.ts"
import { defineNetwork } from "./network.ts"
import { uShape } from "./uShape.ts"

/** What its three poolings divide a side by. */
const STRIDE = 8

export interface DenseUNetConfig {
  /** Channels of the input. Default 1. */
  readonly inChannels?: number
  /** K: channels of the logits. Default 1. */
  readonly classes?: number
  /** Channels that the first dense block adds, a multiple of 4; those below add 2, 4 and 8 times as many. Default 16. */
  readonly width?: number
}

/**
 * Dense U-Net: a U-Net of three poolings with dense blocks, 0.61 M parameters by default (9.67 M at width 64).
 *
 * The AGCAF-Net paper compares with the network of Dong et al., whose layer counts are not public. This one has its
 * described parts (dense down and up blocks, symmetric skips, features joined by concatenation) in the sizes of
 * clguo/Dense_Unet_Keras. Where that repository and this library differ:
 * - skips come before the upsampled map in the concatenation, as in the other U-Nets here; the 1x1 convolution
 *   after it makes that a matter of the order of its weights;
 * - batch norm has PyTorch's epsilon and momentum, as in all networks here, not those of Keras (1e-3 and 0.01);
 * - the result is a logit, the sigmoid being the loss's.
 *
 * Kernels start Glorot uniform, biases zero, as Keras's layers do. Height and width are multiples of 8.
 *
 * Input [batch, height, width, inChannels], logits [batch, height, width, classes].
 *
 * Source: Dong, Pan & Li, DenseU-Net-based semantic segmentation of small objects in urban remote sensing images (IEEE
 * Access 2019).
 *
 * @example
 * ```ts
 * countParams(denseUNet().spec) // => 609089
 * ```
 */
export const denseUNet = (options: DenseUNetConfig = {}) => {
  const config: Required<DenseUNetConfig> = { inChannels: 1, classes: 1, width: 16, ...options }
  const { inChannels, classes, width } = config
  checkPositive("denseUNet", { inChannels, classes, width })
  if (width % 4 !== 0) throw new ConfigError({ of: "denseUNet", reason: `width ${width} is no multiple of 4` })
  return defineNetwork({
    name: "denseUNet",
    config,
    spec: withInitializers(denseUNetSpec(config), kerasDefault),
    check: (shape) => checkInput("denseUNet", shape, { inChannels, multiple: STRIDE }),
    forward: (p, x, mode) => ({
      logits: uShape(p, x, mode, { block, rise: (rise, y) => transposedConv2d(rise, y, { padding: "same" }) })
    })
  })
}

const denseUNetSpec = ({ inChannels, classes, width }: Required<DenseUNetConfig>) => {
  const [first, second, third, lowest] = [1, 2, 4, 8].map((factor) => factor * width)
  const up = (growth: number) => ({
    rise: transposedConv2dSpec({ in: 4 * growth, out: growth, kernel: 3 }),
    gate: {},
    block: {
      enter: convNormSpec({ in: 3 * growth, out: growth, kernel: 1 }),
      dense: denseBlockSpec({ in: growth, growth })
    }
  })
  return {
    encoder: [
      {
        enter: convNormSpec({ in: inChannels, out: first, kernel: 3 }),
        dense: denseBlockSpec({ in: first, growth: first })
      },
      ...[second, third, lowest].map((growth) => ({ dense: denseBlockSpec({ in: growth, growth }) }))
    ],
    decoder: [up(third), up(second), up(first)],
    head: conv2dSpec({ in: 2 * first, out: classes, kernel: 1 })
  }
}

interface BlockParams {
  readonly enter?: ConvNormParams
  readonly dense: DenseBlockParams
}

const block = (p: BlockParams, x: Tensor4D, mode: Mode): Tensor4D =>
  denseBlock(p.dense, p.enter === undefined ? x : convNormRelu(p.enter, x, mode), mode)
