import type { Slice } from "./slice.ts"

/** What a network makes of a slice. */
export interface Prediction extends Pick<Slice, "caseId" | "height" | "width" | "spacing" | "origin"> {
  /** In [0, 1], a pixel each. */
  readonly probabilities: Float32Array
  /** 1 where the probability is above `threshold`, else 0. */
  readonly mask: Uint8Array
  readonly threshold: number
}
