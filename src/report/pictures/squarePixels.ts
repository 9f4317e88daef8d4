import { linearPixels } from "../../volume/linearPixels.ts"
import { nearestPixels } from "../../volume/nearestPixels.ts"
import type { PlaneSize } from "../../volume/plane.ts"
import type { Marked } from "../overlay.ts"

/** An image whose pixels have a size, as those of a `Slice`. */
export interface Measured extends Marked {
  /** Millimetres between rows and between columns. */
  readonly spacing: readonly [number, number]
}

/**
 * An image as it is in the patient: where rows lie further apart than columns, or columns than rows, they become as many more
 * as it takes for pixels as high as wide; labels stay labels. An image of square pixels is given back as it is.
 *
 * @throws ShapeError for pixels or labels that are not as many as the image has
 * @example
 * ```ts
 * writePng(montage(slices.map((slice) => overlay(squarePixels(slice)))))
 * ```
 */
export const squarePixels = <Image extends Measured>(image: Image): Image => {
  const { height, labels, pixels, width } = image
  const from: PlaneSize = [height, width]
  const finest = Math.min(...image.spacing)
  const [tall, wide] = from.map((count, axis) => Math.round((count * image.spacing[axis]) / finest))
  if (tall === height && wide === width) return image
  const to: PlaneSize = [tall, wide]
  return {
    ...image,
    height: tall,
    width: wide,
    spacing: [finest, finest],
    pixels: linearPixels(from, to)(pixels),
    ...(labels && { labels: nearestPixels(from, to)(labels) })
  }
}
