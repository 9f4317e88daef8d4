import { TaggedError } from "../errors.ts"
import type { Target } from "../volume/sample.ts"
import { LABEL, type LabelVolume, ShapeError } from "../volume/volume.ts"

/**
 * A binary mask on a 2-D or 3-D grid: whatever is not 0 is inside. A `LabelVolume` is one, too: of everything labelled.
 * The first axis varies fastest: voxel (x, y, z) is at x + nx (y + ny z). `spacing` is in mm, in the order of `shape`;
 * give `[1, 1]` or `[1, 1, 1]` to measure in pixels.
 */
export interface Mask {
  readonly voxels: Uint8Array
  readonly shape: readonly [number, number] | readonly [number, number, number]
  readonly spacing: readonly [number, number] | readonly [number, number, number]
}

/** A mask that is only compared with another: distances follow the spacing of the reference, as in the LiTS challenge. */
export type Prediction = Pick<Mask, "voxels" | "shape">

/** Something was asked of a metric that has no answer. */
export class MetricsError extends TaggedError("MetricsError")<{ readonly what: string; readonly reason: string }> {
  override get message() {
    return `${this.what}: ${this.reason}`
  }
}

/**
 * The voxels of a label volume that a target marks. `liver` is label 1 alone; `wholeLiver` is label 1 or 2.
 *
 * @example
 * ```ts
 * const labels = { kind: "labels", voxels: Uint8Array.of(0, 1, 2), shape: [3, 1, 1], spacing: [1, 1, 1] } as const
 * maskOf(labels, "wholeLiver").voxels // => [0, 1, 1]
 * ```
 */
export const maskOf = ({ voxels, shape, spacing }: Omit<LabelVolume, "affine">, target: Target): Mask => {
  const inside = new Uint8Array(256)
  if (target !== "tumor") inside[LABEL.liver] = 1
  if (target !== "liver") inside[LABEL.tumor] = 1
  const mask = new Uint8Array(voxels.length)
  for (let i = 0; i < voxels.length; i++) mask[i] = inside[voxels[i]]
  return { voxels: mask, shape, spacing }
}

/**
 * The mask of an image with rows and columns, such as a `Slice`.
 *
 * @example
 * ```ts
 * sliceMask({ height: 1, width: 2, spacing: [0.8, 0.5] }, Uint8Array.of(0, 1)).spacing // => [0.5, 0.8]
 * ```
 */
export const sliceMask = (
  grid: { readonly height: number; readonly width: number; readonly spacing: readonly [number, number] },
  pixels: Uint8Array
): Mask => ({ voxels: pixels, shape: [grid.width, grid.height], spacing: [grid.spacing[1], grid.spacing[0]] })

/** Throws a `ShapeError` unless both masks have the same shape and fill it. */
export const requireSameShape = (reference: Prediction, prediction: Prediction): void => {
  const { shape } = reference
  if (shape.length !== prediction.shape.length || shape.some((n, axis) => n !== prediction.shape[axis])) {
    throw new ShapeError({ what: "the prediction", expected: shape, found: prediction.shape })
  }
  requireFilled("the reference", reference)
  requireFilled("the prediction", prediction)
}

/** Throws a `ShapeError` unless a mask has as many voxels as its shape says. */
export const requireFilled = (what: string, { voxels, shape }: Prediction): void => {
  const count = shape.reduce((product, n) => product * n, 1)
  if (voxels.length !== count) {
    throw new ShapeError({ what: `the voxels of ${what}`, expected: [count], found: [voxels.length] })
  }
}
