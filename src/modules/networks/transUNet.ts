import { add, concat, reshape, type Tensor3D, type Tensor4D, tile } from "@tensorflow/tfjs-core"
import { bilinear } from "../bilinear.ts"
import { conv2d, conv2dSpec } from "../conv2d.ts"
import { convNormNoBiasSpec, convNormRelu } from "../convNorm.ts"
import { doubleConv, doubleConvSpec } from "../doubleConv.ts"
import { dropout } from "../dropout.ts"
import { ConfigError, divide, InputShapeError } from "../errors.ts"
import { pytorchDefault, withInitializers } from "../initializers.ts"
import { layerNorm, layerNormSpec } from "../layerNorm.ts"
import type { Mode } from "../mode.ts"
import { transUNetNames } from "../pytorch/transUNet.ts"
import { type ParamsOf, startingAt, weight } from "../spec.ts"
import { transformerBlock, transformerBlockSpec, VISION_TRANSFORMER_EPSILON } from "../transformerBlock.ts"
import { checkInput, checkPositive } from "./checks.ts"
import { defineNetwork } from "./network.ts"
import { resNetV2, resNetV2Spec } from "./resNetV2.ts"

/** Side of the pixel block that one token stands for. */
const STRIDE = 16

export interface TransUNetConfig {
  /** Height and width of the images, multiples of 16: the position embeddings fit no other. Default [256, 256]. */
  readonly size?: readonly [height: number, width: number]
  /** Channels of the input. Default 1. */
  readonly inChannels?: number
  /** Channels that the backbone takes; an input of one channel is repeated to it. Default 3. */
  readonly rootChannels?: number
  /** K: channels of the logits. Default 1. */
  readonly classes?: number
  /** Channels of the backbone's root. Default 64. */
  readonly width?: number
  /** Bottlenecks in the three stages of the backbone. Default [3, 4, 9]. */
  readonly units?: readonly [number, number, number]
  /** The least number of channels in a group of the backbone's norms, which have at most 32 groups. Default 2. */
  readonly groupSize?: number
  /** Numbers in a token. Default 768. */
  readonly features?: number
  /** Numbers between the layers of a block's perceptron. Default 3072. */
  readonly hidden?: number
  /** Transformer blocks. Default 12. */
  readonly layers?: number
  /** Attention heads, a divisor of `features`. Default 12. */
  readonly heads?: number
  /** Dropout rate of the transformer. Default 0.1. */
  readonly dropout?: number
  /** Channels between transformer and decoder. Default 512. */
  readonly bridge?: number
  /** Channels of the four levels of the decoder. Default [256, 128, 64, 16]. */
  readonly decoder?: readonly [number, number, number, number]
}

type Resolved = Required<TransUNetConfig>

const defaults: Resolved = {
  size: [256, 256],
  inChannels: 1,
  rootChannels: 3,
  classes: 1,
  width: 64,
  units: [3, 4, 9],
  groupSize: 2,
  features: 768,
  hidden: 3072,
  layers: 12,
  heads: 12,
  dropout: 0.1,
  bridge: 512,
  decoder: [256, 128, 64, 16]
}

/** Sizes of {@link transUNet}: `base` is the published one, the others train on a CPU and have a root of one channel. */
export const transUNetSizes = {
  base: {},
  small: {
    rootChannels: 1,
    width: 32,
    units: [2, 2, 2],
    groupSize: 4,
    features: 192,
    hidden: 768,
    layers: 4,
    heads: 6,
    bridge: 128,
    decoder: [64, 32, 16, 16]
  },
  tiny: {
    rootChannels: 1,
    width: 16,
    units: [1, 1, 1],
    groupSize: 4,
    features: 64,
    hidden: 128,
    layers: 2,
    heads: 4,
    bridge: 64,
    decoder: [32, 16, 16, 8]
  }
} as const satisfies Readonly<Record<string, TransUNetConfig>>

/**
 * TransUNet, the hybrid of ResNet-50 and ViT-B/16: a convolutional backbone, a vision transformer on its 1/16 map, and a
 * decoder with the backbone's skips; 105.3 M parameters by default.
 *
 * It follows Beckschen/TransUNet with two liberties: images need not be square, and the backbone may have any width (32
 * groups in each of its norms where they divide the channels into groups of `groupSize`, else fewer). Without the
 * ImageNet-21k weights that the authors start from, parameters start as its layers do: perceptrons Xavier uniform,
 * positions zero, all else by PyTorch's defaults.
 *
 * Input [batch, ...size, inChannels], logits [batch, ...size, classes].
 *
 * Source: Chen et al., TransUNet: transformers make strong encoders for medical image segmentation (2021).
 *
 * @throws ConfigError for a size or heads that do not divide, a rate that is none
 * @example
 * ```ts
 * countParams(transUNet().spec) // => 105322001
 * countParams(transUNet(transUNetSizes.tiny).spec) // => 351961
 * ```
 */
export const transUNet = (options: TransUNetConfig = {}) => {
  const config: Resolved = { ...defaults, ...options }
  checkConfig(config)
  const network = defineNetwork({
    name: "transUNet",
    config,
    spec: withInitializers(transUNetSpec(config), (leaf, path) =>
      path.startsWith("blocks") ? leaf.initializer : pytorchDefault(leaf)
    ),
    check: (shape) => {
      checkInput("transUNet", shape, { inChannels: config.inChannels })
      if (shape[1] !== config.size[0] || shape[2] !== config.size[1]) {
        const expected = `its position embeddings are for images of ${config.size.join("x")}; resize, or set "size"`
        throw new InputShapeError({ of: "transUNet", found: shape, expected })
      }
    },
    forward: (p, x, mode) => ({ logits: forward(config, p, x, mode) })
  })
  return { ...network, names: transUNetNames }
}

const transUNetSpec = (config: Resolved) => {
  const { size, rootChannels, classes, width, units, features, hidden, layers, bridge, decoder } = config
  const skips = [8 * width, 4 * width, width, 0]
  return {
    backbone: resNetV2Spec({ channels: rootChannels, width, units }),
    embed: conv2dSpec({ in: 16 * width, out: features, kernel: 1 }),
    positions: weight([1, (size[0] / STRIDE) * (size[1] / STRIDE), features], startingAt(0)),
    blocks: Array.from({ length: layers }, () => transformerBlockSpec({ features, hidden })),
    norm: layerNormSpec(features),
    bridge: convNormNoBiasSpec({ in: features, out: bridge, kernel: 3 }),
    decoder: decoder.map((out, i) =>
      doubleConvSpec({ in: (i === 0 ? bridge : decoder[i - 1]) + skips[i], out, bias: false })
    ),
    head: conv2dSpec({ in: decoder[3], out: classes, kernel: 3 })
  }
}

type TransUNetParams = ParamsOf<ReturnType<typeof transUNetSpec>>

const forward = (config: Resolved, p: TransUNetParams, x: Tensor4D, mode: Mode): Tensor4D => {
  const repeated = config.inChannels === config.rootChannels ? x : tile(x, [1, 1, 1, config.rootChannels])
  const { deepest, skips } = resNetV2(p.backbone, repeated, { groups: groupsOf(config) })
  const bridged = convNormRelu(p.bridge, transform(config, p, deepest, mode), mode)
  const decoded = p.decoder.reduce((y, level, i) => {
    const risen = bilinear(y, [2 * y.shape[1], 2 * y.shape[2]])
    return doubleConv(level, i < skips.length ? concat([risen, skips[i]], 3) : risen, mode)
  }, bridged)
  return conv2d(p.head, decoded)
}

/** The vision transformer on a map, each pixel of which is a token. */
const transform = (config: Resolved, p: TransUNetParams, x: Tensor4D, mode: Mode): Tensor4D => {
  const { features, heads, dropout: rate } = config
  const [batch, height, width] = x.shape
  const tokens: Tensor3D = reshape(conv2d(p.embed, x), [batch, height * width, features])
  const embedded = dropout(add<Tensor3D>(tokens, p.positions), mode, { rate, purpose: "embed" })
  const encoded = p.blocks.reduce(
    (y, block, i) => transformerBlock(block, y, mode, { heads, dropout: rate, purpose: `blocks.${i}` }),
    embedded
  )
  const normalized = layerNorm(p.norm, encoded, { epsilon: VISION_TRANSFORMER_EPSILON })
  return reshape(normalized, [batch, height, width, features])
}

/** As many groups as divide the channels, up to 32 and with no fewer than `groupSize` channels in each. */
const groupsOf =
  ({ groupSize }: Resolved) =>
  (channels: number) => {
    let groups = Math.max(1, Math.min(32, Math.floor(channels / groupSize)))
    while (channels % groups !== 0) groups--
    return groups
  }

const checkConfig = (config: Resolved): void => {
  const of = "transUNet"
  const { size, inChannels, rootChannels, classes, width, units, groupSize, features, hidden, heads, layers, bridge } =
    config
  for (const [option, values, length] of [
    ["size", size, 2],
    ["units", units, 3],
    ["decoder", config.decoder, 4]
  ] as const) {
    if (values.length !== length) throw new ConfigError({ of, reason: `${option} must be ${length} numbers` })
    checkPositive(of, Object.fromEntries(values.map((value, i) => [`${option}[${i}]`, value])))
  }
  checkPositive(of, { inChannels, rootChannels, classes, width, groupSize, features, hidden, heads, layers, bridge })
  if (size.some((side) => side % STRIDE !== 0)) {
    throw new ConfigError({ of, reason: `size ${size.join("x")}: height and width must be multiples of ${STRIDE}` })
  }
  if (inChannels !== 1 && inChannels !== rootChannels) {
    const reason = `images of ${inChannels} channels for a root of ${rootChannels}: it can repeat a single one only`
    throw new ConfigError({ of, reason })
  }
  divide(features, heads, of, "heads")
  if (!(config.dropout >= 0 && config.dropout < 1)) {
    throw new ConfigError({ of, reason: `dropout is ${config.dropout}; it must be at least 0 and below 1` })
  }
}
