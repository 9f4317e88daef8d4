import { TaggedError } from "../errors.ts"
import { type ImageVolume, type LabelVolume, ShapeError } from "../volume/volume.ts"

/** A label volume holds a value that is none of the classes. */
export class LabelError extends TaggedError("LabelError")<{
  readonly found: number
  readonly maxLabel: number
  /** The first voxel that holds it. */
  readonly voxel: readonly [number, number, number]
}> {
  override get message() {
    return (
      `label ${this.found} at voxel [${this.voxel.join(", ")}] is not in 0..${this.maxLabel}; ` +
      "is this the right label file? Otherwise pass { maxLabel }"
    )
  }
}

/** Throws `ShapeError` if labels do not have the shape of their image, `LabelError` if one is larger than `maxLabel`. */
export const checkLabels = (image: ImageVolume, { shape, voxels }: LabelVolume, maxLabel: number): void => {
  if (shape.some((n, axis) => n !== image.shape[axis])) {
    throw new ShapeError({ what: "labels must have the shape of their image", expected: image.shape, found: shape })
  }
  if (areSurelyAtMost(maxLabel, voxels)) return
  const at = voxels.findIndex((label) => label > maxLabel)
  if (at < 0) return
  const [nx, ny] = shape
  const voxel = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))] as const
  throw new LabelError({ found: voxels[at], maxLabel, voxel })
}

/**
 * Looks at four labels at a time, which takes a quarter of the time: 127 - most is added to each byte, without a carry
 * into the next, and reaches the top bit where the label is larger than `most`. False also where it cannot tell.
 */
const areSurelyAtMost = (most: number, labels: Uint8Array): boolean => {
  if (!Number.isInteger(most) || most < 0 || most > 127 || labels.byteOffset % 4 !== 0) return false
  const words = new Uint32Array(labels.buffer, labels.byteOffset, labels.length >> 2)
  const room = (127 - most) * 0x01010101
  let seen = 0
  for (let i = 0; i < words.length; i++) seen |= ((words[i] & 0x7f7f7f7f) + room) | words[i]
  return (seen & 0x80808080) === 0 && labels.subarray(4 * words.length).every((label) => label <= most)
}
