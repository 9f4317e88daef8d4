import { relu, type Tensor4D } from "@tensorflow/tfjs-core"
import { conv2dNoBiasSpec } from "../conv2d.ts"
import { groupNorm, groupNormSpec } from "../groupNorm.ts"
import { maxPool2d } from "../maxPool2d.ts"
import { padTo } from "../padTo.ts"
import { RESNET_V2_EPSILON, resNetV2Unit, resNetV2UnitSpec } from "../resNetV2Unit.ts"
import type { ParamsOf } from "../spec.ts"
import { standardizedConv2d } from "../standardizedConv2d.ts"

export interface ResNetV2Config {
  /** Channels of an image. */
  readonly channels: number
  /** Channels of the root; the stages have 4, 8 and 16 times as many. */
  readonly width: number
  /** Bottlenecks in each of the three stages. */
  readonly units: readonly [number, number, number]
}

export const resNetV2Spec = ({ channels, width, units }: ResNetV2Config) => {
  const stage = (index: number) => {
    const out = width * 2 ** (index + 2)
    const entering = index === 0 ? width : out / 2
    return Array.from({ length: units[index] }, (_, i) =>
      resNetV2UnitSpec({ in: i === 0 ? entering : out, middle: out / 4, out, stride: i === 0 ? stageStride(index) : 1 })
    )
  }
  return {
    root: { conv: conv2dNoBiasSpec({ in: channels, out: width, kernel: 7 }), norm: groupNormSpec(width) },
    stages: [stage(0), stage(1), stage(2)]
  }
}

export type ResNetV2Params = ParamsOf<ReturnType<typeof resNetV2Spec>>

const stageStride = (index: number): number => (index === 0 ? 1 : 2)

export interface ResNetV2Maps {
  /** [batch, height / 16, width / 16, 16 w] */
  readonly deepest: Tensor4D
  /** [batch, height / 8, width / 8, 8 w], then 4 w at a quarter and w at half of the resolution. */
  readonly skips: readonly [Tensor4D, Tensor4D, Tensor4D]
}

/**
 * The first three stages of a ResNet-50 with standardised convolutions and group norm: a 7x7 root of stride 2, a max pool
 * of 3x3 without padding, then the bottlenecks.
 *
 * The pool comes one row and column short of a quarter of the size. The first skip makes up for it with zeros at the bottom
 * and right; the next stage takes the map as it is.
 *
 * @param x [batch, height, width, channels], height and width multiples of 16
 * @param options `groups` gives the number of groups of a norm for a number of channels
 */
export const resNetV2 = (
  p: ResNetV2Params,
  x: Tensor4D,
  options: { readonly groups: (channels: number) => number }
): ResNetV2Maps => {
  const { groups } = options
  const [, height, width] = x.shape
  const convolved = standardizedConv2d(p.root.conv, x, { stride: 2 })
  const root = relu(
    groupNorm(p.root.norm, convolved, { groups: groups(convolved.shape[3]), epsilon: RESNET_V2_EPSILON })
  )
  const stage = (index: number, input: Tensor4D) =>
    p.stages[index].reduce(
      (y, unit, i) => resNetV2Unit(unit, y, { stride: i === 0 ? stageStride(index) : 1, groups }),
      input
    )
  const quarter = stage(0, maxPool2d(root, { size: 3, stride: 2 }))
  const eighth = stage(1, quarter)
  return { deepest: stage(2, eighth), skips: [eighth, padTo(quarter, [height / 4, width / 4]), root] }
}
