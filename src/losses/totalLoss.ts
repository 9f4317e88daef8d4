import { add, mul, type Scalar, type Tensor, tidy } from "@tensorflow/tfjs-core"
import { checkLossOptions, type Loss, type Weight } from "./loss.ts"

/** What a network gives to learn from: logits, and those of a side head where it has one. */
export interface Predicted {
  readonly logits: Tensor
  /** The same shape as `logits`. */
  readonly auxiliary?: Tensor | undefined
}

/**
 * The paper's total loss (Eq. 7): L(logits) + alpha L(auxiliary logits).
 *
 * Where the network has no side head, or alpha is the number 0, it is the first term alone.
 *
 * @param loss the loss of either head; the paper's is `dice()`
 * @param options `alpha` is 0.4 by default; the paper does not give it
 * @throws LossOptionError for a misspelt option
 */
export const totalLoss = (
  loss: Loss,
  options: { readonly alpha?: Weight } = {}
): ((predicted: Predicted, target: Tensor) => Scalar) => {
  const { alpha = 0.4 } = options
  checkLossOptions("totalLoss", options, { alpha: "any" })
  return ({ logits, auxiliary }, target) =>
    auxiliary === undefined || alpha === 0
      ? loss(logits, target)
      : tidy(() => add<Scalar>(loss(logits, target), mul(loss(auxiliary, target), alpha)))
}
