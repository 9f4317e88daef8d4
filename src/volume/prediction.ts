import type { Slice } from "./slice.ts"

/** What a network makes of a slice. */
export interface Prediction extends Pick<Slice, "caseId" | "height" | "width" | "spacing" | "origin"> {
  /** In [0, 1], a pixel each: of the target; where there are several classes, of any but the background. */
  readonly probabilities: Float32Array
  /** 1 where the probability is above `threshold`, else 0; where there are several classes, the most probable one. */
  readonly mask: Uint8Array
  /** Not there where classes compete. */
  readonly threshold?: number
  /** Where there are several classes: the probabilities of each, background first, which add up to 1. */
  readonly classes?: ReadonlyArray<Float32Array>
}
