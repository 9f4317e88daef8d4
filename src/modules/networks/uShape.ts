import { concat, type Tensor4D } from "@tensorflow/tfjs-core"
import { type Conv2dParams, conv2d, conv2dSpec } from "../conv2d.ts"
import { maxPool2d } from "../maxPool2d.ts"
import type { Mode } from "../mode.ts"
import { padTo } from "../padTo.ts"
import type { Spec } from "../spec.ts"

/** What the four poolings of a U-Net divide a side by. */
export const U_NET_STRIDE = 16

const GROWTH = [1, 2, 4, 8, 16]

/** Channels of the five levels of a U-Net. */
export const uNetChannels = (width: number): ReadonlyArray<number> => GROWTH.map((factor) => factor * width)

export interface UShapeConfig {
  /** Channels of the input. Default 1. */
  readonly inChannels?: number
  /** K: channels of the logits. Default 1. */
  readonly classes?: number
  /** Channels of the first level; the levels below have 2, 4, 8 and 16 times as many. Default 64. */
  readonly width?: number
}

interface Between {
  readonly in: number
  readonly out: number
}

/**
 * Parameters of a symmetric U: a block at each level, and on the way up a step to the resolution above (`rise`), a gate on
 * the skip connection and a block. A part without parameters is `() => ({})`.
 */
export const uShapeSpec = <Block extends Spec, Rise extends Spec, Gate extends Spec>(
  { inChannels, classes, width }: Required<UShapeConfig>,
  parts: {
    readonly block: (config: Between) => Block
    readonly rise: (config: Between) => Rise
    readonly gate: (channels: number) => Gate
  }
) => {
  const levels = uNetChannels(width)
  return {
    encoder: levels.map((out, i) => parts.block({ in: i === 0 ? inChannels : levels[i - 1], out })),
    decoder: levels
      .slice(0, -1)
      .reverse()
      .map((out) => ({
        rise: parts.rise({ in: 2 * out, out }),
        gate: parts.gate(out),
        block: parts.block({ in: 2 * out, out })
      })),
    head: conv2dSpec({ in: width, out: classes, kernel: 1 })
  }
}

export interface UShapeParams<Block, Rise, Gate> {
  readonly encoder: ReadonlyArray<Block>
  readonly decoder: ReadonlyArray<{ readonly rise: Rise; readonly gate: Gate; readonly block: Block }>
  readonly head: Conv2dParams
}

/**
 * The forward pass that all U-Nets here share: blocks with max pools between them on the way down; on the way up, at each
 * level, block([gate(skip), rise(y)]); at last a 1x1 convolution to the classes.
 *
 * Where the size is odd, pooling drops a row or column and zeros stand in for it on the way up.
 *
 * @param x [batch, height, width, channels]
 * @param layers `gate` takes the risen map and the skip; left out, skips pass as they are
 * @returns [batch, height, width, classes]
 */
export const uShape = <Block, Rise, Gate>(
  p: UShapeParams<Block, Rise, Gate>,
  x: Tensor4D,
  mode: Mode,
  layers: {
    readonly block: (p: Block, x: Tensor4D, mode: Mode) => Tensor4D
    readonly rise: (p: Rise, x: Tensor4D, mode: Mode) => Tensor4D
    readonly gate?: (p: Gate, risen: Tensor4D, skip: Tensor4D, mode: Mode) => Tensor4D
  }
): Tensor4D => {
  const { block, rise, gate = (_, __, skip) => skip } = layers
  const maps: Array<Tensor4D> = []
  for (const level of p.encoder) maps.push(block(level, maps.length === 0 ? x : maxPool2d(maps[maps.length - 1]), mode))
  const bottom = maps[maps.length - 1]
  const skips = maps.slice(0, -1).reverse()
  const top = p.decoder.reduce((y, level, i) => {
    const skip = skips[i]
    const risen = padTo(rise(level.rise, y, mode), [skip.shape[1], skip.shape[2]])
    return block(level.block, concat([gate(level.gate, risen, skip, mode), risen], 3), mode)
  }, bottom)
  return conv2d(p.head, top)
}
