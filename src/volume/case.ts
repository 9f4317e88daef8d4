import type { ImageVolume, LabelVolume } from "./volume.ts"

/** One patient's CT, with its ground truth where there is one. */
export interface Case {
  readonly id: string
  /** Hounsfield units until a window is applied. */
  readonly image: ImageVolume
  /** 0 background, 1 liver, 2 tumour; same shape as `image`. */
  readonly labels?: LabelVolume
  /** False where the header's geometry is known to be untrue (LiTS 28-47 claim 1 mm voxels): millimetres mean nothing. */
  readonly spacingTrusted: boolean
  /** True of a synthetic case of this library: no patient. */
  readonly phantom?: boolean
}
