import { scalar, tensor4d } from "@tensorflow/tfjs-core"
import { sizeOf } from "../../../src/compile/graph.ts"
import { dropoutKey } from "../../../src/modules/dropout.ts"
import {
  agcafNet,
  attentionUNet,
  ceNet,
  denseUNet,
  type Network,
  r2UNet,
  transUNet,
  uNet
} from "../../../src/modules/networks/index.ts"
import { initialize } from "../../../src/modules/spec.ts"
import { fold, key, normal } from "../../../src/random/index.ts"
import { flatParams, type PassInputs } from "../../../src/training/index.ts"

const small = { width: 3, scales: [3, 2], reduceRatios: [4, 2], dropout: 0.2 } as const

const transformer = {
  units: [1, 2, 1],
  features: 6,
  hidden: 8,
  layers: 2,
  heads: 3,
  dropout: 0.1,
  bridge: 5,
  decoder: [5, 4, 3, 2],
  width: 2,
  size: [32, 48]
} as const

/** Every network, and every variant of AGCAF-Net, as small as it can be. */
export const smallNetworks: ReadonlyArray<readonly [name: string, network: Network, size: readonly [number, number]]> =
  [
    ["AGCAF-Net", agcafNet({ ...small, auxiliary: true }), [24, 32]],
    ["AGCAF-Net of three classes, by elements", agcafNet({ ...small, fusion: "element", classes: 3 }), [28, 24]],
    ["AGCAF-Net, guided by the origin", agcafNet({ ...small, guide: "origin", reduceGlobal: false }), [28, 36]],
    ["AGCAF-Net, partitions rounded up", agcafNet({ ...small, partition: "ceil", inChannels: 2 }), [36, 28]],
    ["AGCAF-Net without a context pyramid", agcafNet({ ...small, cpm: false }), [24, 32]],
    ["AGCAF-Net without attentions", agcafNet({ ...small, afm: false, auxiliary: true }), [24, 32]],
    ["AGCAF-Net without either, deeper", agcafNet({ ...small, cpm: false, afm: false, depth: 34 }), [24, 24]],
    ["U-Net", uNet({ width: 2 }), [32, 32]],
    ["U-Net, bilinear, of an odd size", uNet({ width: 2, upsampling: "bilinear" }), [37, 29]],
    ["U-Net, nearest", uNet({ width: 2, upsampling: "nearest", classes: 2 }), [32, 48]],
    ["Attention U-Net", attentionUNet({ width: 2 }), [32, 32]],
    ["Dense U-Net", denseUNet({ width: 4 }), [24, 32]],
    ["TransUNet", transUNet(transformer), [32, 48]],
    ["CE-Net", ceNet({ width: 1 }), [192, 192]],
    ["R2U-Net", r2UNet({ width: 2 }), [32, 32]],
    ["R2U-Net with attention", r2UNet({ width: 2, attention: true }), [32, 32]]
  ]

/** What a pass of a small network takes. */
export const passInputs = (
  name: string,
  { spec, config }: Network,
  [height, width]: readonly [number, number]
): PassInputs => {
  const { inChannels, classes } = config as { readonly inChannels: number; readonly classes: number }
  const draw = (purpose: string, channels: number) => {
    const shape: [number, number, number, number] = [name === "CE-Net" ? 1 : 2, height, width, channels]
    return { shape, values: normal(fold(key(SEED), purpose, name), sizeOf(shape)) }
  }
  const [images, masks] = [draw("images", inChannels), draw("masks", classes)]
  return {
    params: flatParams(spec, initialize(key(3), spec)),
    images: tensor4d(images.values, images.shape),
    masks: tensor4d(
      masks.values.map((x) => Number(x > 0.7)),
      masks.shape
    ),
    dropoutKey: dropoutKey(key(5)),
    auxiliaryWeight: scalar(0.4)
  }
}

/** At these inputs no ReLU is so near to 0 that the last bits turn it on or off, which would change gradients at once. */
const SEED = 6
