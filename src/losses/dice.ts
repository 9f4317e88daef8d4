import { add, div, mean, mul, type Scalar, square, sub, type Tensor } from "@tensorflow/tfjs-core"
import { ACTIVATIONS, type Activation, classRefusal, probabilities } from "./activation.ts"
import { checkLossOptions, defineLoss, type Loss } from "./loss.ts"
import { defaultEpsilon, REDUCTIONS, type Reduction, total } from "./overlap.ts"

export interface DiceOptions {
  /** Default `sigmoid`. */
  readonly activation?: Activation
  /** `linear`: sum p + sum t (default). `squared`: sum p^2 + sum t^2, as in V-Net. */
  readonly denominator?: "linear" | "squared"
  /** Default `pooled`. */
  readonly reduction?: Reduction
  /** Added to numerator and denominator: by default 1e-5 pooled, 1 per image. */
  readonly epsilon?: number
}

/**
 * Soft Dice loss (paper, Eq. 6): 1 - 1/K sum_k (2 sum p_k t_k + epsilon) / (sum p_k + sum t_k + epsilon), with the
 * probabilities p of K classes and their masks t.
 *
 * @throws LossOptionError for a misspelt option, LossError where logits and target differ in shape
 * @see Milletari, Navab & Ahmadi, V-Net (3DV 2016) for the squared denominator
 * @example
 * ```ts
 * const logits = tensor4d([20, -20], [1, 1, 2, 1])
 * const target = tensor4d([1, 0], [1, 1, 2, 1])
 * dice()(logits, target).dataSync()[0] < 1e-6 // => true
 * ```
 */
export const dice = (options: DiceOptions = {}): Loss => {
  const { activation = "sigmoid", denominator = "linear", reduction = "pooled" } = options
  const { epsilon = defaultEpsilon(reduction) } = options
  checkLossOptions("dice", options, {
    activation: ACTIVATIONS,
    denominator: ["linear", "squared"],
    reduction: REDUCTIONS,
    epsilon: "any"
  })
  const power = (x: Tensor) => (denominator === "linear" ? x : square(x))
  return defineLoss(
    "dice",
    (logits, target) => {
      const p = probabilities(logits, activation)
      const overlap = mul(total(mul(p, target), reduction), 2)
      const sizes = add(total(power(p), reduction), total(power(target), reduction))
      return sub<Scalar>(1, mean(div(add(overlap, epsilon), add(sizes, epsilon))))
    },
    classRefusal(activation),
    { activation, denominator, reduction, epsilon }
  )
}
