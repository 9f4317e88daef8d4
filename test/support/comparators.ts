import { attentionUNet, ceNet, denseUNet, r2UNet, transUNet, uNet } from "../../src/modules/networks/index.ts"
import type { Network } from "../../src/modules/networks/network.ts"

/** What a law may vary of a comparator. */
export interface Variation {
  readonly inChannels: number
  readonly classes: number
  /** Times the narrowest width that the network has. */
  readonly width: number
  /** Times the smallest step of a size that it takes. */
  readonly size: readonly [height: number, width: number]
}

export interface Comparator {
  readonly name: string
  /** The network, and the height and width of its images. */
  readonly make: (variation: Variation) => readonly [network: Network, size: readonly [number, number]]
}

const scaled = ([height, width]: Variation["size"], step: number) => [step * height, step * width] as const

/** Every network that AGCAF-Net is compared with, as small as it can be. */
export const comparators: ReadonlyArray<Comparator> = [
  ...(["transposed", "bilinear"] as const).map((upsampling) => ({
    name: `uNet, ${upsampling}`,
    // Any size from 16 on, odd ones too.
    make: ({ size: [height, width], ...config }: Variation) =>
      [uNet({ ...config, upsampling }), [13 + 3 * height, 12 + 4 * width]] as const
  })),
  {
    name: "uNet, nearest",
    make: ({ size, ...config }) => [uNet({ ...config, upsampling: "nearest" }), scaled(size, 16)]
  },
  { name: "attentionUNet", make: ({ size, ...config }) => [attentionUNet(config), scaled(size, 16)] },
  { name: "r2UNet", make: ({ size, ...config }) => [r2UNet(config), scaled(size, 16)] },
  { name: "r2AttUNet", make: ({ size, ...config }) => [r2UNet({ ...config, attention: true }), scaled(size, 16)] },
  {
    name: "denseUNet",
    make: ({ size, ...config }) => [denseUNet({ ...config, width: 4 * config.width }), scaled(size, 8)]
  },
  {
    name: "transUNet",
    make: ({ size, width, inChannels, classes }) => {
      const config = { inChannels, rootChannels: Math.max(2, inChannels), classes, size: scaled(size, 16), width }
      const network = transUNet({
        ...config,
        units: [1, 2, 1],
        features: 6,
        hidden: 8,
        layers: 2,
        heads: 3,
        dropout: 0,
        bridge: 5,
        decoder: [5, 4, 3, 2]
      })
      return [network, config.size]
    }
  },
  {
    name: "ceNet",
    make: ({ size, ...config }) => [ceNet(config), scaled(size, 32).map((side) => 160 + side) as [number, number]]
  }
]
