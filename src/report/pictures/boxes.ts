import { components, labelImage } from "../../metrics/components.ts"
import { checkPlane, type PlaneSize } from "../../volume/plane.ts"

/** A rectangle of an image's pixels, from its first row and column on. */
export interface PixelBox {
  readonly row: number
  readonly column: number
  readonly height: number
  readonly width: number
}

export interface BoxOptions {
  /** Missed parts at most so many pixels thick count as an imprecise border, not as an error. Default 2, or a 128th of the longer side if that is more. */
  readonly rim?: number
  /** How much of a lesion that is found must be missed, from 0 to 1. Default 0.25. */
  readonly share?: number
  /** Parts of fewer pixels are left out. Default 4, or an 8192nd of the image if that is more. */
  readonly minArea?: number
  /** Pixels of room around a part. Default a 64th of the longer side, at least 1. */
  readonly margin?: number
}

/**
 * Boxes around what a reader of the image would call an error: a lesion that is missed or a large part of it, and a mark that is
 * false or a large part of it. A border that is off by a pixel or two is not boxed. The boxes lie within the image.
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
 * Boxes around what any of several masks marks and another misses, as `errorBoxes`.
 *
 * @throws ShapeError for masks that do not have as many pixels as the image
 */
export const variantBoxes = (
  masks: ReadonlyArray<Uint8Array>,
  size: PlaneSize,
  options: BoxOptions = {}
): ReadonlyArray<PixelBox> => {
  const [height, width] = size
  const longer = Math.max(height, width)
  const {
    margin = Math.max(1, Math.round(longer / 64)),
    minArea = Math.max(4, (height * width) / 8192),
    rim = Math.max(2, Math.round(longer / 128)),
    share = 0.25
  } = options
  for (const mask of masks) checkPlane("a mask to be compared", mask, size)
  const parts = masks.flatMap((mask) =>
    masks.filter((other) => other !== mask).flatMap((other) => missedParts(mask, other, size, { minArea, rim, share }))
  )
  return merged(parts).map(({ bottom, left, right, top }) => {
    const [row, column] = [Math.max(0, top - margin), Math.max(0, left - margin)]
    return {
      row,
      column,
      height: Math.min(height, bottom + margin) - row,
      width: Math.min(width, right + margin) - column
    }
  })
}

interface Sides {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Of each area of a mask (8 neighbours) what another mask misses of it, where that is much. */
const missedParts = (
  mask: Uint8Array,
  other: Uint8Array,
  size: PlaneSize,
  { minArea, rim, share }: Required<Omit<BoxOptions, "margin">>
): ReadonlyArray<Sides> => {
  const [height, width] = size
  const areas = components({ voxels: mask, shape: [width, height] }, 8)
  const labels = labelImage(areas)
  const found = new Set(labels.filter((_, i) => other[i] !== 0))
  const missed = mask.map((inside, i) => (inside !== 0 && other[i] === 0 ? 1 : 0))
  const thick = opened(missed, size, rim + 1)
  const parts = Array.from(areas.sizes, () => ({ area: 0, left: width, top: height, right: 0, bottom: 0 }))
  for (const [i, label] of labels.entries()) {
    // Of what is not found at all every pixel counts, however thin it is.
    if (label === 0 || (found.has(label) && thick[i] === 0)) continue
    const part = parts[label - 1]
    const [row, column] = [Math.floor(i / width), i % width]
    part.area++
    part.left = Math.min(part.left, column)
    part.top = Math.min(part.top, row)
    part.right = Math.max(part.right, column + 1)
    part.bottom = Math.max(part.bottom, row + 1)
  }
  return parts.filter(({ area }, i) => area >= Math.max(minArea, share * areas.sizes[i]))
}

/** What of a mask is covered by squares of so many pixels a side that lie in it. */
const opened = (mask: Uint8Array, [height, width]: PlaneSize, side: number): Uint8Array => {
  const covered = new Uint8Array(mask.length)
  const rows = Array.from({ length: side }, (_, row) => row * width)
  for (let row = 0; row <= height - side; row++) {
    for (let at = row * width; at <= (row + 1) * width - side; at++) {
      if (mask[at] === 0 || rows.some((y) => mask.subarray(at + y, at + y + side).includes(0))) continue
      for (const y of rows) covered.fill(1, at + y, at + y + side)
    }
  }
  return covered
}

/** Joins boxes until none overlaps another; a box that has grown may overlap one that it did not before. */
const merged = (boxes: ReadonlyArray<Sides>): ReadonlyArray<Sides> => {
  const apart: Array<Sides> = []
  for (let box of boxes) {
    for (;;) {
      const other = apart.findIndex((one) => overlap(one, box))
      if (other < 0) break
      box = union(apart.splice(other, 1)[0], box)
    }
    apart.push(box)
  }
  return apart.sort((a, b) => a.top - b.top || a.left - b.left)
}

const overlap = (a: Sides, b: Sides): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

const union = (a: Sides, b: Sides): Sides => ({
  left: Math.min(a.left, b.left),
  top: Math.min(a.top, b.top),
  right: Math.max(a.right, b.right),
  bottom: Math.max(a.bottom, b.bottom)
})
