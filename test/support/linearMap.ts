import { grad, mul, sum, type Tensor, type Tensor4D, tensor4d } from "@tensorflow/tfjs-core"
import { expect } from "vitest"
import { key, uniform } from "../../src/random/index.ts"

/** A map of numbers in [-1, 1). */
export const noise = (shape: readonly [number, number, number, number], seed: number): Tensor4D => {
  const size = shape.reduce((product, n) => product * n, 1)
  return tensor4d(
    uniform(key(seed), size).map((x) => 2 * x - 1),
    [...shape]
  )
}

const inner = (a: Tensor, b: Tensor): number => sum(mul(a, b)).dataSync()[0]

/** Expects the gradient of a linear map B to be its transpose: <B x, w> = <x, B' w> for an x that B' w does not come from. */
export const expectTransposedGradient = (
  map: (x: Tensor4D) => Tensor4D,
  shape: readonly [number, number, number, number]
): void => {
  const x = noise(shape, 1)
  const y = map(x)
  const w = noise(y.shape, 2)
  const transposed = grad((input) => sum(mul(map(input as Tensor4D), w)))(noise(shape, 3))
  expect(inner(transposed, x)).toBeCloseTo(inner(y, w), 3)
}
