import { sum, type Tensor } from "@tensorflow/tfjs-core"

/**
 * Over what an overlap is taken before it becomes a ratio: `pooled` over the whole batch, one ratio for each class; or
 * `perImage`, one for each image and class, averaged. An image without the class is degenerate in the latter.
 */
export type Reduction = "pooled" | "perImage"

export const REDUCTIONS: ReadonlyArray<Reduction> = ["pooled", "perImage"]

/** Sums over space, and over the batch too when pooled: [classes] or [batch, classes]. */
export const total = (x: Tensor, reduction: Reduction): Tensor =>
  sum(
    x,
    x.shape.slice(0, -1).flatMap((_, axis) => (axis === 0 && reduction === "perImage" ? [] : [axis]))
  )

/** SPEC.md's choice: per image one pixel's worth, so that an empty mask counts; pooled only what keeps 0 / 0 away. */
export const defaultEpsilon = (reduction: Reduction): number => (reduction === "pooled" ? 1e-5 : 1)
