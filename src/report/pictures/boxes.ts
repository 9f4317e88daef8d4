import { components } from "../../metrics/components.ts"
import { checkPlane, type PlaneSize } from "../../volume/plane.ts"

/** A rectangle of an image's pixels, from its first row and column on. */
export interface PixelBox {
  readonly row: number
  readonly column: number
  readonly height: number
  readonly width: number
}

export interface BoxOptions {
  /** Areas of fewer pixels are left out. Default 4. */
  readonly minArea?: number
  /** Pixels of room around an area. Default 2. */
  readonly margin?: number
  /** Boxes with no more pixels than these between them become one. Default 4. */
  readonly near?: number
}

/**
 * Boxes around the areas where a prediction errs: connected pixels (8 neighbours) that are inside one mask only. They lie within
 * the image and do not overlap.
 *
 * @throws ShapeError for masks that do not have as many pixels as the image
 * @example
 * ```ts
 * errorBoxes(truth, prediction, [256, 256], { minArea: 10 })
 * ```
 */
export const errorBoxes = (
  truth: Uint8Array,
  prediction: Uint8Array,
  size: PlaneSize,
  options: BoxOptions = {}
): ReadonlyArray<PixelBox> => variantBoxes([truth, prediction], size, options)

/**
 * Boxes around the areas where several masks are not all the same, as `errorBoxes`.
 *
 * @throws ShapeError for masks that do not have as many pixels as the image
 */
export const variantBoxes = (
  masks: ReadonlyArray<Uint8Array>,
  [height, width]: PlaneSize,
  options: BoxOptions = {}
): ReadonlyArray<PixelBox> => {
  const { margin = 2, minArea = 4, near = 4 } = options
  for (const mask of masks) checkPlane("a mask to be compared", mask, [height, width])
  const voxels = new Uint8Array(height * width)
  for (let i = 0; i < voxels.length; i++) {
    voxels[i] = masks.some((mask) => (mask[i] === 0) !== (masks[0][i] === 0)) ? 1 : 0
  }
  const { boxes, sizes } = components({ voxels, shape: [width, height] }, 8)
  const grown = boxes
    .filter((_, i) => sizes[i] >= minArea)
    .map(
      ({ lower, shape }): Sides => ({
        left: Math.max(0, lower[0] - margin),
        top: Math.max(0, lower[1] - margin),
        right: Math.min(width, lower[0] + shape[0] + margin),
        bottom: Math.min(height, lower[1] + shape[1] + margin)
      })
    )
  return merged(grown, near).map(({ bottom, left, right, top }) => ({
    row: top,
    column: left,
    height: bottom - top,
    width: right - left
  }))
}

interface Sides {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Joins boxes until none is near another; a box that has grown may be near one that it was not near before. */
const merged = (boxes: ReadonlyArray<Sides>, near: number): ReadonlyArray<Sides> => {
  const apart: Array<Sides> = []
  for (let box of boxes) {
    for (;;) {
      const other = apart.findIndex((one) => isNear(one, box, near))
      if (other < 0) break
      box = union(apart.splice(other, 1)[0], box)
    }
    apart.push(box)
  }
  return apart.sort((a, b) => a.top - b.top || a.left - b.left)
}

const isNear = (a: Sides, b: Sides, near: number): boolean =>
  a.left - b.right <= near && b.left - a.right <= near && a.top - b.bottom <= near && b.top - a.bottom <= near

const union = (a: Sides, b: Sides): Sides => ({
  left: Math.min(a.left, b.left),
  top: Math.min(a.top, b.top),
  right: Math.max(a.right, b.right),
  bottom: Math.max(a.bottom, b.bottom)
})
