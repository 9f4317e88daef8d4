import { add, div, mean, mul, type Scalar, sub } from "@tensorflow/tfjs-core"
import { ACTIVATIONS, type Activation, classRefusal, probabilities } from "./activation.ts"
import { checkLossOptions, defineLoss, type Loss, type Weight } from "./loss.ts"
import { defaultEpsilon, REDUCTIONS, type Reduction, total } from "./overlap.ts"

export interface TverskyOptions {
  /** Default `sigmoid`. */
  readonly activation?: Activation
  /** Weight of false positives, default 0.3. */
  readonly falsePositives?: Weight
  /** Weight of false negatives, default 0.7: above 0.5 the loss prefers recall to precision. */
  readonly falseNegatives?: Weight
  /** Default `pooled`. */
  readonly reduction?: Reduction
  /** Added to numerator and denominator: by default 1e-5 pooled, 1 per image. */
  readonly epsilon?: number
}

/**
 * Tversky loss: 1 - 1/K sum_k (TP + epsilon) / (TP + a FP + b FN + epsilon) with the soft counts TP = sum p t,
 * FP = sum p (1 - t), FN = sum (1 - p) t. With both weights 0.5 it is the Dice loss (of twice the epsilon).
 *
 * @throws LossOptionError for a misspelt option, LossError where logits and target differ in shape
 * @see Salehi, Erdogmus & Gholipour, Tversky loss function for image segmentation (MLMI 2017)
 */
export const tversky = (options: TverskyOptions = {}): Loss => {
  const { activation = "sigmoid", falsePositives = 0.3, falseNegatives = 0.7, reduction = "pooled" } = options
  const { epsilon = defaultEpsilon(reduction) } = options
  checkLossOptions("tversky", options, {
    activation: ACTIVATIONS,
    falsePositives: "any",
    falseNegatives: "any",
    reduction: REDUCTIONS,
    epsilon: "any"
  })
  return defineLoss(
    "tversky",
    (logits, target) => {
      const p = probabilities(logits, activation)
      const hits = mul(p, target)
      const overlap = add(total(hits, reduction), epsilon)
      const excess = mul(total(sub(p, hits), reduction), falsePositives)
      const omission = mul(total(sub(target, hits), reduction), falseNegatives)
      return sub<Scalar>(1, mean(div(overlap, add(overlap, add(excess, omission)))))
    },
    classRefusal(activation),
    { activation, falsePositives, falseNegatives, reduction, epsilon }
  )
}
