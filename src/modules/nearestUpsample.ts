import { avgPool, image, mul, type Tensor4D } from "@tensorflow/tfjs-core"
import { withGradient } from "./withGradient.ts"

/**
 * Repeats every pixel twice along both axes.
 *
 * Its gradient, the sum over each 2x2 block, is written out, because the kernel that tfjs would ask for is wrong for more
 * than one image (wasm engine).
 *
 * @param x [batch, height, width, channels]
 * @returns [batch, 2 height, 2 width, channels]
 */
export const nearestUpsample = (x: Tensor4D): Tensor4D =>
  withGradient(
    x,
    (input) => image.resizeNearestNeighbor(input, [2 * input.shape[1], 2 * input.shape[2]]),
    (dy) => mul(avgPool(dy, 2, 2, "valid"), 4)
  )
