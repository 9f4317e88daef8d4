import type { Slice } from "./slice.ts"

/** What a mask marks. `liver` is label 1 alone, as in the paper; `wholeLiver` is label 1 or 2, as LiTS scores it. */
export type Target = "tumor" | "liver" | "wholeLiver"

/** All of them. */
export const TARGETS: ReadonlyArray<Target> = ["tumor", "liver", "wholeLiver"]

/** One target, or several at once, for a network whose classes exclude each other. */
export type Targets = Target | ReadonlyArray<Target>

/** What a network learns from: a slice and a mask on the same pixels. */
export interface Sample extends Omit<Slice, "labels"> {
  readonly target: Targets
  /** 1 inside the target and 0 outside; of several targets 1 for the first, 2 for the second and so on. */
  readonly mask: Uint8Array
}

/** How many values other than 0 a mask may hold. */
export const countTargets = (target: Targets): number => (typeof target === "string" ? 1 : target.length)
