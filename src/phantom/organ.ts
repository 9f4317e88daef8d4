import type { Solid } from "./solid.ts"

/** One tissue of an organ: everything deeper than `inset` mm under its surface. */
export interface Layer {
  readonly hu: number
  /** Depth in mm at which it begins; negative for a coat around the shape. Default 0. */
  readonly inset?: number
  /** Standard deviation in HU of the tissue's texture. Default 0. */
  readonly grain?: number
  /** How wide its border is smeared in mm, beyond what the voxels do. Default 0. */
  readonly blur?: number
  /** Only in front of this y: gas in a patient lying on the back. */
  readonly above?: number
}

/** A shape filled with tissue. Later organs are painted over earlier ones. */
export interface Organ {
  readonly name: string
  /** The shape is their union. */
  readonly solids: ReadonlyArray<Solid>
  /** Outermost first. */
  readonly layers: ReadonlyArray<Layer>
  /** Thickness in mm of its thinnest part: thicker slices are sampled that often. Default 6. */
  readonly detail?: number
  /** `liver` and `tumor` make the ground truth; `insideLiver` is seen only in the liver, as are tumours. */
  readonly role?: "liver" | "insideLiver" | "tumor"
}
