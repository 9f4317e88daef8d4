import type { Network } from "../modules/networks/network.ts"
import { declared } from "../modules/spec.ts"

/** More images at once are hardly faster on any engine. */
export const LARGEST_BATCH = 16

/**
 * Of all images that go through a network at once, where its first layer has up to 64 channels: then no network of this package
 * has more than 256 numbers alive for a pixel, which makes 256 MB.
 */
const PIXELS = 2 ** 18
const CHANNELS = 64

/**
 * How many images of a size a network is given at once, each in so many passes (as it is, and mirrored): their maps stay under a
 * bound, except those of a single image that is larger.
 */
export const batchSizeOf = (network: Network, height: number, width: number, passes: number): number => {
  const share = Math.max(1, firstChannels(network) / CHANNELS)
  const fitting = Math.floor(PIXELS / (height * width * passes * share))
  return Math.min(LARGEST_BATCH, Math.max(1, fitting))
}

/** What the first convolution makes of an image: maps of full size are hardly wider in a network that halves them later. */
const firstChannels = ({ spec }: Network): number =>
  declared(spec).find(([, { shape }]) => shape.length === 4)?.[1].shape[3] ?? 1
