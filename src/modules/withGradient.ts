import { customGrad, type GradSaveFunc, type Tensor, type Tensor4D, tidy } from "@tensorflow/tfjs-core"

/**
 * A function of one map together with its gradient, for ops whose own gradient some engine lacks or gets wrong.
 *
 * @param x the input
 * @param value computes the result; what it does is not recorded for differentiation
 * @param gradient from the gradient by the result, and the input, to the gradient by the input
 */
export const withGradient = (
  x: Tensor4D,
  value: (x: Tensor4D) => Tensor4D,
  gradient: (dy: Tensor4D, x: Tensor4D) => Tensor4D
): Tensor4D =>
  customGrad((input: Tensor | GradSaveFunc, save: Tensor | GradSaveFunc) => {
    const result = value(input as Tensor4D)
    // Last: what is saved by a function that throws after it is nobody's.
    ;(save as GradSaveFunc)([input as Tensor])
    return {
      value: result as Tensor,
      // tfjs would keep what the gradient makes on its way until all gradients are there.
      gradFunc: (dy: Tensor, [saved]: Array<Tensor>) =>
        tidy(() => gradient(dy as Tensor4D, saved as Tensor4D)) as Tensor
    }
  })(x) as Tensor4D
