import { add, relu, type Tensor4D } from "@tensorflow/tfjs-core"
import { basicBlock } from "../basicBlock.ts"
import { batchNorm, batchNormSpec } from "../batchNorm.ts"
import { conv2d, conv2dSpec } from "../conv2d.ts"
import { convNormRelu, convNormSpec } from "../convNorm.ts"
import { denseAtrous, denseAtrousSpec } from "../denseAtrous.ts"
import { pytorchDefault, withInitializers } from "../initializers.ts"
import { maxPool2d } from "../maxPool2d.ts"
import type { Mode } from "../mode.ts"
import { LARGEST_WINDOW, multiKernelPooling, multiKernelPoolingSpec, POOLED_CHANNELS } from "../multiKernelPooling.ts"
import { ceNetNames } from "../pytorch/ceNet.ts"
import { type ResnetParams, resnetSpec } from "../resnet.ts"
import type { ParamsOf } from "../spec.ts"
import { transposedConv2d, transposedConv2dSpec } from "../transposedConv2d.ts"
import { checkInput, checkPositive } from "./checks.ts"
import { defineNetwork } from "./network.ts"

/** What the stem and the stages of its ResNet-34 divide a side by. */
const STRIDE = 32

export interface CeNetConfig {
  /** Channels of the input. Default 1. */
  readonly inChannels?: number
  /** K: channels of the logits. Default 1. */
  readonly classes?: number
  /** Channels of the first stage of the ResNet-34. Default 64. */
  readonly width?: number
}

/**
 * CE-Net: a ResNet-34, dense atrous convolution and residual multi-kernel pooling on its deepest map, and a decoder whose
 * maps the encoder's are added to; 29.0 M parameters by default.
 *
 * It follows Guzaiwang/CE-Net, except that the result is a logit, the sigmoid being the loss's. The authors start from
 * ImageNet weights; here the ResNet starts Kaiming normal as torchvision's does, the dilated convolutions without bias and
 * all else by PyTorch's defaults.
 *
 * Height and width are multiples of 32 and at least 192, which leaves room for the largest pool.
 *
 * Input [batch, height, width, inChannels], logits [batch, height, width, classes].
 *
 * Source: Gu et al., CE-Net: context encoder network for 2D medical image segmentation (IEEE TMI 2019).
 *
 * @example
 * ```ts
 * countParams(ceNet({ inChannels: 3 }).spec) // => 29003093
 * ```
 */
export const ceNet = (options: CeNetConfig = {}) => {
  const config: Required<CeNetConfig> = { inChannels: 1, classes: 1, width: 64, ...options }
  const { inChannels, classes, width } = config
  checkPositive("ceNet", { inChannels, classes, width })
  const network = defineNetwork({
    name: "ceNet",
    config,
    spec: withInitializers(ceNetSpec(config), (leaf, path) =>
      path.startsWith("backbone") ? leaf.initializer : pytorchDefault(leaf)
    ),
    check: (shape) => checkInput("ceNet", shape, { inChannels, multiple: STRIDE, least: STRIDE * LARGEST_WINDOW }),
    forward: (p, x, mode) => ({ logits: forward(p, x, mode) })
  })
  return { ...network, names: ceNetNames }
}

const ceNetSpec = ({ inChannels, classes, width }: Required<CeNetConfig>) => {
  const half = Math.max(1, Math.floor(width / 2))
  const deepest = 8 * width
  return {
    backbone: resnetSpec({ in: inChannels, width, depth: 34 }),
    atrous: denseAtrousSpec(deepest),
    pooling: multiKernelPoolingSpec(deepest),
    decoder: [
      riseSpec(deepest + POOLED_CHANNELS, 4 * width),
      riseSpec(4 * width, 2 * width),
      riseSpec(2 * width, width),
      riseSpec(width, width)
    ],
    enlarge: transposedConv2dSpec({ in: width, out: half, kernel: 4 }),
    refine: conv2dSpec({ in: half, out: half, kernel: 3 }),
    classify: conv2dSpec({ in: half, out: classes, kernel: 3 })
  }
}

const riseSpec = (fanIn: number, out: number) => {
  const inner = Math.max(1, Math.floor(fanIn / 4))
  return {
    reduce: convNormSpec({ in: fanIn, out: inner, kernel: 1 }),
    enlarge: { conv: transposedConv2dSpec({ in: inner, out: inner, kernel: 3 }), norm: batchNormSpec(inner) },
    expand: convNormSpec({ in: inner, out, kernel: 1 })
  }
}

const forward = (p: ParamsOf<ReturnType<typeof ceNetSpec>>, x: Tensor4D, mode: Mode): Tensor4D => {
  const [e1, e2, e3, e4] = encode(p.backbone, x, mode)
  const context = multiKernelPooling(p.pooling, denseAtrous(p.atrous, e4))
  const [fourth, third, second, first] = p.decoder
  const d4 = add<Tensor4D>(rise(fourth, context, mode), e3)
  const d3 = add<Tensor4D>(rise(third, d4, mode), e2)
  const d2 = add<Tensor4D>(rise(second, d3, mode), e1)
  const full = relu(transposedConv2d(p.enlarge, rise(first, d2, mode), { padding: 1 }))
  return conv2d(p.classify, relu(conv2d(p.refine, full)))
}

/** The maps after the four stages, at 1/4, 1/8, 1/16 and 1/32 of the size. */
const encode = (p: ResnetParams, x: Tensor4D, mode: Mode): ReadonlyArray<Tensor4D> => {
  const stem = relu(batchNorm(p.stem.norm, conv2d(p.stem.conv, x, { stride: 2 }), mode))
  const maps = [maxPool2d(stem, { size: 3, stride: 2, padding: 1 })]
  for (const [stage, blocks] of p.stages.entries()) {
    const strideOf = (block: number) => (stage > 0 && block === 0 ? 2 : 1)
    maps.push(blocks.reduce((map, block, i) => basicBlock(block, map, mode, { stride: strideOf(i) }), maps[stage]))
  }
  return maps.slice(1)
}

/** Doubles the resolution: 1x1 to a quarter of the channels, transposed 3x3, 1x1, each with batch norm and ReLU. */
const rise = (p: ParamsOf<ReturnType<typeof riseSpec>>, x: Tensor4D, mode: Mode): Tensor4D => {
  const reduced = convNormRelu(p.reduce, x, mode)
  const enlarged = transposedConv2d(p.enlarge.conv, reduced, { padding: 1, outputPadding: 1 })
  return convNormRelu(p.expand, relu(batchNorm(p.enlarge.norm, enlarged, mode)), mode)
}
