import { fold, key, uniform } from "../../src/random/index.ts"
import type { Sample } from "../../src/volume/index.ts"

/** A sample of noise with a disc for a mask, for tests that need one that is plausible and asymmetric. */
export const someSample = ({
  caseId = "volume-0",
  index = 0,
  height = 16,
  width = 16,
  empty = false,
  spacing = [0.8, 0.8]
}: {
  readonly caseId?: string
  readonly index?: number
  readonly height?: number
  readonly width?: number
  readonly empty?: boolean
  readonly spacing?: readonly [number, number]
} = {}): Sample => {
  const radius = Math.min(height, width) / 4
  const inside = (_: unknown, i: number) =>
    Math.hypot(Math.floor(i / width) - height / 3, (i % width) - width / 2) < radius ? 1 : 0
  return {
    caseId,
    height,
    width,
    pixels: uniform(fold(key(11), caseId, index), height * width),
    mask: empty ? new Uint8Array(height * width) : Uint8Array.from({ length: height * width }, inside),
    spacing,
    target: "tumor",
    origin: {
      grid: {
        shape: [width, height, 100],
        spacing: [spacing[1], spacing[0], 2.5],
        affine: [
          [-spacing[1], 0, 0, 100],
          [0, spacing[0], 0, -100],
          [0, 0, 2.5, -50],
          [0, 0, 0, 1]
        ]
      },
      plane: "axial",
      index,
      count: 100,
      spacingTrusted: true
    }
  }
}

/** The same sample with its mask for pixels. */
export const drawn = (sample: Sample): Sample => ({ ...sample, pixels: Float32Array.from(sample.mask) })
