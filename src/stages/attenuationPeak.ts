import type { ImageVolume } from "../volume/volume.ts"

/** Where soft tissue that takes contrast up lies, in HU: above fat, water and most muscle, below bone. */
const LOW = 65
const HIGH = 200

/** Pixels to each side that are averaged, so that noise does not smear the peak. */
const REACH = 2

/** Standard deviation in HU of the blur of the histogram. */
const BLUR = 3

/** About how many places of a CT are looked at. */
const PLACES = 2 ** 19

/**
 * The attenuation in HU that is most frequent between 65 and 200 HU: in a CT of the abdomen that of the liver, the largest organ
 * there. It differs by some 80 HU from patient to patient, with the contrast medium and the fat in it. Means over 5 x 5
 * pixels are counted, of about half a million places. Nothing where no place lies in that range.
 *
 * @example
 * ```ts
 * const image = { voxels: new Int16Array(9 * 9 * 3).fill(110), shape: [9, 9, 3] } as const
 * attenuationPeak(image) // => 110
 * ```
 */
export const attenuationPeak = ({ voxels, shape }: Pick<ImageVolume, "voxels" | "shape">): number | undefined => {
  const [width, height, depth] = shape
  const step = Math.max(1, Math.round(Math.cbrt((width * height * depth) / PLACES)))
  const counts = new Float64Array(HIGH - LOW)
  for (let z = step >> 1; z < depth; z += step) {
    for (let y = REACH; y < height - REACH; y += step) {
      for (let x = REACH; x < width - REACH; x += step) {
        const bin = Math.floor(meanAround(voxels, width, x + width * (y + height * z)) - LOW)
        if (bin >= 0 && bin < counts.length) counts[bin]++
      }
    }
  }
  const blurred = counts.map((_, bin) =>
    counts.reduce((sum, n, i) => sum + n * Math.exp(-0.5 * ((i - bin) / BLUR) ** 2), 0)
  )
  const most = blurred.reduce((best, value, bin) => (value > blurred[best] ? bin : best), 0)
  return blurred[most] > 0 ? LOW + most : undefined
}

const meanAround = (voxels: ArrayLike<number>, width: number, at: number): number => {
  let sum = 0
  for (let j = -REACH; j <= REACH; j++) {
    for (let i = at + j * width - REACH, end = i + 2 * REACH; i <= end; i++) sum += voxels[i]
  }
  return sum / (2 * REACH + 1) ** 2
}
