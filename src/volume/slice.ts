import type { Grid } from "./volume.ts"

/** An anatomical plane of the patient, whatever the axis order of the file. */
export type Plane = "axial" | "coronal" | "sagittal"

/** A rectangle of a plane, in its rows and columns at full resolution. */
export interface Region {
  readonly top: number
  readonly left: number
  readonly height: number
  readonly width: number
}

/** Where a slice came from: enough to put a mask made on it back onto the voxels of the CT as it was read. */
export interface SliceOrigin {
  readonly grid: Grid
  readonly plane: Plane
  /** What of the plane it shows. Default: all. */
  readonly region?: Region
  /** Position along the plane's normal, in the display order of that plane. */
  readonly index: number
  /** How many slices the whole volume has in this plane. */
  readonly count: number
  readonly spacingTrusted: boolean
}

/** A 2-D image, rows from top to bottom as a radiologist sees it (patient right on image left). Pixel (r, c) is at r * width + c. */
export interface Slice {
  readonly caseId: string
  readonly height: number
  readonly width: number
  readonly pixels: Float32Array
  /** 0 background, 1 liver, 2 tumour. */
  readonly labels?: Uint8Array
  /** Millimetres between rows and between columns. */
  readonly spacing: readonly [number, number]
  readonly origin: SliceOrigin
}
