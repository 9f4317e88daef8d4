import type { Tensor4D } from "@tensorflow/tfjs-core"
import { type BasicBlockParams, basicBlock, basicBlockSpec } from "./basicBlock.ts"
import { type ConvNormParams, convNormNoBiasSpec, convNormRelu } from "./convNorm.ts"
import { ConfigError } from "./errors.ts"
import type { Mode } from "./mode.ts"

/** 18 or 34 layers, as the networks are named. */
export type ResnetDepth = keyof typeof BLOCKS

const BLOCKS = { 18: [2, 2, 2, 2], 34: [3, 4, 6, 3] } as const

export interface ResnetConfig {
  /** Channels of the input. */
  readonly in: number
  /** Channels w of the first stage; the others have 2w, 4w and 8w. */
  readonly width: number
  readonly depth: ResnetDepth
}

export interface ResnetParams {
  readonly stem: ConvNormParams
  /** The blocks of each of the four stages. */
  readonly stages: ReadonlyArray<ReadonlyArray<BasicBlockParams>>
}

/** The stride of a block: every stage but the first halves the map on entry. */
const strideOf = (stage: number, block: number) => (stage > 0 && block === 0 ? 2 : 1)

/** @throws ConfigError for any other depth than 18 and 34 */
export const resnetSpec = ({ in: channels, width, depth }: ResnetConfig) => {
  if (!(depth in BLOCKS)) throw new ConfigError({ of: "resnet", reason: `depth is ${depth}; there are 18 and 34` })
  return {
    stem: convNormNoBiasSpec({ in: channels, out: width, kernel: 7 }),
    stages: BLOCKS[depth].map((blocks, stage) => {
      const out = width * 2 ** stage
      const before = width * 2 ** Math.max(0, stage - 1)
      return Array.from({ length: blocks }, (_, block) =>
        basicBlockSpec({ in: block === 0 ? before : out, out, stride: strideOf(stage, block) })
      )
    })
  }
}

/**
 * The backbone of AGCAF-Net: a ResNet-18 or -34 that keeps the full resolution in its stem (7x7, stride 1, no max-pool), so
 * that three downsamplings remain.
 *
 * Source: AGPCNet `models/resnet.py`; He et al. (CVPR 2016).
 *
 * @param x [batch, height, width, in]
 * @returns the maps after stages 2, 3 and 4, at 1/2, 1/4 and 1/8 of the size (rounded up) with 2w, 4w and 8w channels
 *
 * @example
 * ```ts
 * const params = initialize(key(1), resnetSpec({ in: 1, width: 8, depth: 18 }))
 * resnet(params, ones([1, 64, 64, 1]), inference).c3.shape // => [1, 8, 8, 64]
 * ```
 */
export const resnet = (
  p: ResnetParams,
  x: Tensor4D,
  mode: Mode
): { readonly c1: Tensor4D; readonly c2: Tensor4D; readonly c3: Tensor4D } => {
  const stage = (input: Tensor4D, index: number) =>
    p.stages[index].reduce((map, block, i) => basicBlock(block, map, mode, { stride: strideOf(index, i) }), input)
  const c1 = stage(stage(convNormRelu(p.stem, x, mode), 0), 1)
  const c2 = stage(c1, 2)
  return { c1, c2, c3: stage(c2, 3) }
}
