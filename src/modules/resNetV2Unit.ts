import { add, relu, type Tensor4D } from "@tensorflow/tfjs-core"
import { type Conv2dConfig, type Conv2dParams, conv2dNoBiasSpec } from "./conv2d.ts"
import { type GroupNormParams, groupNorm, groupNormSpec } from "./groupNorm.ts"
import { standardizedConv2d } from "./standardizedConv2d.ts"

/** Epsilon of the group norms of ResNetV2; that of a projection is PyTorch's default instead. */
export const RESNET_V2_EPSILON = 1e-6

export interface ResNetV2UnitConfig {
  readonly in: number
  /** Channels between the three convolutions. */
  readonly middle: number
  readonly out: number
  readonly stride: number
}

const layerSpec = (config: Conv2dConfig) => ({ conv: conv2dNoBiasSpec(config), norm: groupNormSpec(config.out) })

interface LayerParams {
  readonly conv: Conv2dParams
  readonly norm: GroupNormParams
}

export interface ResNetV2UnitParams {
  readonly reduce: LayerParams
  readonly spatial: LayerParams
  readonly expand: LayerParams
  readonly project?: LayerParams
}

/** Parameters of a unit; it has a projection where the shape changes. */
export const resNetV2UnitSpec = ({ in: fanIn, middle, out, stride }: ResNetV2UnitConfig) => ({
  reduce: layerSpec({ in: fanIn, out: middle, kernel: 1 }),
  spatial: layerSpec({ in: middle, out: middle, kernel: 3 }),
  expand: layerSpec({ in: middle, out, kernel: 1 }),
  ...(stride !== 1 || fanIn !== out ? { project: layerSpec({ in: fanIn, out, kernel: 1 }) } : {})
})

/**
 * Bottleneck unit of ResNetV2 with standardised convolutions c and group norms n:
 * relu(shortcut + n(c1(relu(n(c3(relu(n(c1(x))))))))). The shortcut is x or, where the shape changes, a 1x1 convolution
 * normalised channel by channel.
 *
 * Source: the BiT ResNetV2 of Kolesnikov et al. (ECCV 2020), as in Beckschen/TransUNet, which activates after the sum.
 *
 * @param x [batch, height, width, in]
 * @param options `groups` gives the number of groups for a number of channels; `stride` is that of the 3x3 convolution
 * @returns [batch, ceil(height / stride), ceil(width / stride), out]
 */
export const resNetV2Unit = (
  p: ResNetV2UnitParams,
  x: Tensor4D,
  options: { readonly stride: number; readonly groups: (channels: number) => number }
): Tensor4D => {
  const { stride, groups } = options
  const layer = ({ conv, norm }: LayerParams, y: Tensor4D, step = 1) => {
    const z = standardizedConv2d(conv, y, { stride: step })
    return groupNorm(norm, z, { groups: groups(z.shape[3]), epsilon: RESNET_V2_EPSILON })
  }
  const branch = layer(p.expand, relu(layer(p.spatial, relu(layer(p.reduce, x)), stride)))
  return relu(add(p.project === undefined ? x : shortcut(p.project, x, stride), branch))
}

const shortcut = ({ conv, norm }: LayerParams, x: Tensor4D, stride: number): Tensor4D => {
  const projected = standardizedConv2d(conv, x, { stride })
  return groupNorm(norm, projected, { groups: projected.shape[3] })
}
