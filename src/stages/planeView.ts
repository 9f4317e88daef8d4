import { axesTo, type Orientation, orientationOf } from "../volume/orientation.ts"
import type { Plane, Region } from "../volume/slice.ts"
import type { Grid, ImageVolume } from "../volume/volume.ts"

/** How the slices of a plane lie in the memory of a volume, so that they can be read and written in place. */
export interface PlaneView {
  readonly count: number
  readonly height: number
  readonly width: number
  /** Millimetres between rows and between columns. */
  readonly spacing: readonly [number, number]
  /** The voxel at row 0 and column 0 of slice 0, and the steps from there. */
  readonly start: number
  readonly sliceStep: number
  readonly rowStep: number
  readonly columnStep: number
}

/** What columns, rows and slices run towards: patient right on image left, anterior or superior up. */
const DISPLAY = { axial: "LPS", coronal: "LIP", sagittal: "PIL" } as const satisfies Record<Plane, Orientation>

/**
 * The slices of a grid in an anatomical plane, as a radiologist sees them, whatever the order and direction of its axes.
 * Slices run from inferior to superior, from anterior to posterior, or from the patient's right to the left.
 */
export const planeView = ({ affine, shape, spacing }: Grid, plane: Plane): PlaneView => {
  const steps = axesTo(orientationOf(affine), DISPLAY[plane])
  const strides = [1, shape[0], shape[0] * shape[1]]
  const [column, row, slice] = steps.map(({ flipped, from }) => (flipped ? -strides[from] : strides[from]))
  const [columns, rows, slices] = steps.map(({ from }) => from)
  return {
    count: shape[slices],
    height: shape[rows],
    width: shape[columns],
    spacing: [spacing[rows], spacing[columns]],
    start: steps.reduce((sum, { flipped, from }) => (flipped ? sum + (shape[from] - 1) * strides[from] : sum), 0),
    sliceStep: slice,
    rowStep: row,
    columnStep: column
  }
}

/** The slices of a part of the plane. */
export const within = (view: PlaneView, { top, left, height, width }: Region): PlaneView => ({
  ...view,
  height,
  width,
  start: view.start + top * view.rowStep + left * view.columnStep
})

/** Copies slice `index` into `out`, row by row. Voxels that lie side by side are moved at once, which is four times faster. */
export const gather = <Voxels extends ImageVolume["voxels"], Out extends Float32Array | Uint8Array>(
  view: PlaneView,
  index: number,
  voxels: Voxels,
  out: Out
): Out => {
  const { columnStep, height, width } = view
  for (let r = 0; r < height; r++) {
    const from = rowStart(view, index, r)
    const to = r * width
    if (columnStep === 1) out.set(voxels.subarray(from, from + width), to)
    else if (columnStep === -1) {
      out.set(voxels.subarray(from - width + 1, from + 1), to)
      out.subarray(to, to + width).reverse()
    } else for (let c = 0, at = from; c < width; c++, at += columnStep) out[to + c] = voxels[at]
  }
  return out
}

/** Copies pixels back to where `gather` took them from. */
export const scatter = <Pixels extends Float32Array | Uint8Array>(
  view: PlaneView,
  index: number,
  pixels: Pixels,
  voxels: Pixels
): void => {
  const { columnStep, height, width } = view
  for (let r = 0; r < height; r++) {
    const to = rowStart(view, index, r)
    const from = r * width
    if (columnStep === 1) voxels.set(pixels.subarray(from, from + width), to)
    else if (columnStep === -1) {
      voxels.set(pixels.subarray(from, from + width), to - width + 1)
      voxels.subarray(to - width + 1, to + 1).reverse()
    } else for (let c = 0, at = to; c < width; c++, at += columnStep) voxels[at] = pixels[from + c]
  }
}

const rowStart = ({ rowStep, sliceStep, start }: PlaneView, index: number, row: number): number =>
  start + index * sliceStep + row * rowStep
