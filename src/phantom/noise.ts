import { bits, type Key } from "../random/index.ts"

/** Weights of a Gaussian blur of `sigma` pixels, scaled so that white noise keeps its variance along the blurred axis. */
const blurWeights = (sigma: number): Float64Array => {
  const reach = Math.max(1, Math.ceil(2.5 * sigma))
  const raw = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-0.5 * ((i - reach) / sigma) ** 2))
  const energy = Math.sqrt(raw.reduce((sum, w) => sum + w * w, 0))
  return Float64Array.from(raw, (w) => w / energy)
}

/** Sum of the four bytes of a random word, as a number of mean 0 and variance 1: near enough to normal once it is blurred. */
const BYTES_SD = Math.sqrt((4 * (256 ** 2 - 1)) / 12)
const bellShaped = (word: number): number =>
  ((word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24) - 510) / BYTES_SD

/**
 * The noise of one CT slice: mean 0, variance 1, correlated in the plane over `sigma` pixels as a reconstruction kernel leaves it.
 */
export const sliceNoise = (from: Key, width: number, height: number, sigma: number): Float32Array => {
  const weights = blurWeights(sigma)
  const taps = weights.length
  const margin = taps - 1
  const stride = width + margin
  const words = bits(from, stride * (height + margin))
  const rows = new Float32Array(width * (height + margin))
  const line = new Float64Array(stride)
  for (let j = 0; j < height + margin; j++) {
    for (let i = 0; i < stride; i++) line[i] = bellShaped(words[j * stride + i])
    for (let i = 0; i < width; i++) {
      let sum = 0
      for (let t = 0; t < taps; t++) sum += weights[t] * line[i + t]
      rows[j * width + i] = sum
    }
  }
  const out = new Float32Array(width * height)
  for (let j = 0; j < height; j++) {
    for (let t = 0; t < taps; t++) {
      const w = weights[t]
      const source = (j + t) * width
      const target = j * width
      for (let i = 0; i < width; i++) out[target + i] += w * rows[source + i]
    }
  }
  return out
}
