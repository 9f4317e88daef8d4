import { add, erf, mul, type Tensor } from "@tensorflow/tfjs-core"

/** Gaussian error linear unit, x Phi(x) = x (1 + erf(x / sqrt 2)) / 2: the exact form, not the one with tanh. */
export const gelu = <T extends Tensor>(x: T): T => mul<T>(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1))
