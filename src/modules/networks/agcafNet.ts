import type { Tensor4D } from "@tensorflow/tfjs-core"
import { type AfmParams, afm, afmSpec } from "../afm.ts"
import { bilinear } from "../bilinear.ts"
import { type CpmParams, cpm, cpmSpec } from "../cpm.ts"
import { ConfigError } from "../errors.ts"
import type { Fusion, GuideMode } from "../gnfm.ts"
import { type HeadParams, head, headSpec } from "../head.ts"
import type { PartitionRule } from "../partition.ts"
import { agpcNetNames } from "../pytorch/agpcNet.ts"
import { type ResnetDepth, type ResnetParams, resnet, resnetSpec } from "../resnet.ts"
import { checkChoice, checkInput, checkPositive } from "./checks.ts"
import { defineNetwork, type PortedNetwork } from "./network.ts"

export interface AgcafNetConfig {
  /** Channels of the input. Default 1. */
  readonly inChannels?: number
  /** K: channels of the logits. Default 1. */
  readonly classes?: number
  /** Layers of the backbone (Table 1). Default 18. */
  readonly depth?: ResnetDepth
  /** Channels of the backbone's first stage. Default 64; 8 to 16 train on a CPU. */
  readonly width?: number
  /** Whether the context pyramid module is there (Table 2). Default true. */
  readonly cpm?: boolean
  /** Whether the fusion modules have their attentions (Table 2); without, maps are summed and convolved. Default true. */
  readonly afm?: boolean
  /** s of each context block. Default [10, 6, 5, 3]. */
  readonly scales?: ReadonlyArray<number>
  /** (rc; rn) of Table 3. Default [16, 4]. */
  readonly reduceRatios?: readonly [context: number, nonLocal: number]
  /** Default "patch" (Eq. 2), as every published configuration. */
  readonly fusion?: Fusion
  /** Default "post". */
  readonly guide?: GuideMode
  /** Whether rn also reduces the guide map's non-local block. Default: only in "origin" mode. */
  readonly reduceGlobal?: boolean
  /** Default "floor". */
  readonly partition?: PartitionRule
  /** Dropout rate of the heads. Default 0.1. */
  readonly dropout?: number
  /** Whether training has an auxiliary head on the map at 1/4 of the size (Eq. 7). Default false. */
  readonly auxiliary?: boolean
}

export interface AgcafNetParams {
  readonly backbone: ResnetParams
  readonly context?: CpmParams
  readonly fuse23: AfmParams
  readonly fuse12: AfmParams
  readonly head: HeadParams
  readonly auxiliary?: HeadParams
}

const DEFAULTS = {
  inChannels: 1,
  classes: 1,
  depth: 18,
  width: 64,
  cpm: true,
  afm: true,
  scales: [10, 6, 5, 3],
  reduceRatios: [16, 4],
  fusion: "patch",
  guide: "post",
  partition: "floor",
  dropout: 0.1,
  auxiliary: false
} as const satisfies AgcafNetConfig

/**
 * AGCAF-Net: a ResNet with three downsamplings, the context pyramid module on its deepest map, two asymmetric fusion modules
 * back up, and a head whose logits are interpolated to the size of the input. Every interpolation is bilinear with
 * aligned corners.
 *
 * Height and width must be multiples of 4. Widths at which a quarter of the channels is no whole number round it down, to
 * at least one, as the original does; (rc; rn) must divide.
 *
 * Source: Wang et al., Quant Imaging Med Surg 2024;14(7):4825-4839, Fig. 1; AGPCNet `models/agpcnet.py`.
 *
 * @throws ConfigError for options that make no network, InputShapeError in `forward` for an image that it cannot take
 *
 * @example
 * ```ts
 * const network = agcafNet({ width: 8 })
 * countParams(network.spec) // => 195357
 * const params = initialize(key(1), network.spec)
 * network.forward(params, zeros([1, 64, 64, 1]), inference).logits.shape // => [1, 64, 64, 1]
 * ```
 */
export const agcafNet = (options: AgcafNetConfig = {}): PortedNetwork<AgcafNetSpec> => {
  const config = { ...DEFAULTS, ...options }
  const { inChannels, classes, width, scales, dropout } = config
  checkPositive(NAME, { inChannels, classes, width, ...Object.fromEntries(scales.map((s, i) => [`scales[${i}]`, s])) })
  checkChoice(NAME, "fusion", config.fusion, ["patch", "element"])
  checkChoice(NAME, "guide", config.guide, ["post", "origin"])
  checkChoice(NAME, "partition", config.partition, ["floor", "ceil"])
  if (!(dropout >= 0 && dropout < 1)) {
    throw new ConfigError({ of: NAME, reason: `dropout is ${dropout}; it must be at least 0 and below 1` })
  }
  const network = defineNetwork({
    name: NAME,
    config,
    spec: agcafNetSpec(config),
    check: (inputShape) => checkInput(NAME, inputShape, { inChannels, multiple: 4 }),
    forward: (p: AgcafNetParams, x, mode) => {
      const { c1, c2, c3 } = resnet(p.backbone, x, mode)
      const context = p.context === undefined ? c3 : cpm(p.context, c3, mode, config)
      const fused23 = afm(p.fuse23, bilinear(context, sizeOf(c2)), c2, mode)
      const fused12 = afm(p.fuse12, bilinear(fused23, sizeOf(c1)), c1, mode)
      const upsampledHead = (params: HeadParams, map: Tensor4D, purpose: string) =>
        bilinear(head(params, map, mode, { dropout, purpose }), sizeOf(x))
      const logits = upsampledHead(p.head, fused12, "head")
      if (p.auxiliary === undefined || !mode.training) return { logits }
      return { logits, auxiliary: upsampledHead(p.auxiliary, c2, "auxiliary") }
    }
  })
  return { ...network, names: agpcNetNames }
}

type AgcafNetSpec = ReturnType<typeof agcafNetSpec>

const NAME = "agcafNet"

const sizeOf = (map: Tensor4D): readonly [height: number, width: number] => [map.shape[1], map.shape[2]]

const agcafNetSpec = (
  config: Required<Omit<AgcafNetConfig, "reduceGlobal">> & Pick<AgcafNetConfig, "reduceGlobal">
) => {
  const { inChannels, classes, depth, width, auxiliary } = config
  const [w1, w2, w3] = [2 * width, 4 * width, 8 * width]
  return {
    backbone: resnetSpec({ in: inChannels, width, depth }),
    ...(config.cpm && { context: cpmSpec({ ...config, channels: w3 }) }),
    fuse23: afmSpec({ high: w3, low: w2, attention: config.afm }),
    fuse12: afmSpec({ high: w2, low: w1, attention: config.afm }),
    head: headSpec({ in: w1, classes }),
    ...(auxiliary && { auxiliary: headSpec({ in: w2, classes }) })
  }
}
