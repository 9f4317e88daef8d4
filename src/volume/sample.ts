import type { Slice } from "./slice.ts"

/** What a mask marks. `liver` is label 1 alone, as in the paper; `wholeLiver` is label 1 or 2, as LiTS scores it. */
export type Target = "tumor" | "liver" | "wholeLiver"

/** What a network learns from: a slice and one binary mask (0 or 1) on the same pixels. */
export interface Sample extends Omit<Slice, "labels"> {
  readonly target: Target
  readonly mask: Uint8Array
}
