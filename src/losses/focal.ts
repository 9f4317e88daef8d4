import {
  add,
  exp,
  log,
  logSoftmax,
  maximum,
  mean,
  mul,
  neg,
  type Scalar,
  softmax,
  softplus,
  sub,
  sum,
  type Tensor
} from "@tensorflow/tfjs-core"
import { ACTIVATIONS, type Activation, classRefusal } from "./activation.ts"
import { checkLossOptions, defineLoss, type Loss, type Weight } from "./loss.ts"

export interface FocalOptions {
  /** Default `sigmoid`. */
  readonly activation?: Activation
  /** How much easy pixels are discounted, default 2; at 0 it is the cross-entropy. */
  readonly gamma?: Weight
  /** Weight alpha of positive pixels, those of negatives being 1 - alpha. Default: all weigh 1. Under sigmoid only. */
  readonly positiveFraction?: Weight
}

/**
 * Focal loss: the mean of -(1 - q)^gamma log q, where q is the probability given to the truth: p inside the mask and
 * 1 - p outside under sigmoid (mean over pixels and classes), that of the true class under softmax (mean over pixels).
 *
 * @throws LossOptionError for a misspelt option, LossError where logits and target differ in shape
 * @see Lin, Goyal, Girshick, He & Dollar, Focal Loss for Dense Object Detection (ICCV 2017)
 */
export const focal = (options: FocalOptions = {}): Loss => {
  const { activation = "sigmoid", gamma = 2, positiveFraction } = options
  checkLossOptions("focal", options, { activation: ACTIVATIONS, gamma: "any", positiveFraction: "any" })
  const formula = activation === "sigmoid" ? sigmoidFocal(gamma, positiveFraction) : softmaxFocal(gamma)
  return defineLoss("focal", formula, classRefusal(activation), { activation, gamma, positiveFraction })
}

/** With softplus for both -log p and -log (1 - p), the power is an exponential: nothing overflows, for any gamma. */
const sigmoidFocal =
  (gamma: Weight, positiveFraction: Weight | undefined) =>
  (logits: Tensor, target: Tensor): Scalar => {
    const missed = softplus(neg(logits))
    const claimed = softplus(logits)
    const positive = mul(mul(target, exp(neg(mul(claimed, gamma)))), missed)
    const negative = mul(mul(sub(1, target), exp(neg(mul(missed, gamma)))), claimed)
    if (positiveFraction === undefined) return mean(add(positive, negative))
    return mean(add(mul(positive, positiveFraction), mul(negative, sub(1, positiveFraction))))
  }

const softmaxFocal =
  (gamma: Weight) =>
  (logits: Tensor, target: Tensor): Scalar => {
    // Rounding makes 1 - p zero before it is; its logarithm would be infinite.
    const doubt = maximum(sub(1, softmax(logits)), 1e-7)
    const discounted = mul(exp(mul(log(doubt), gamma)), logSoftmax(logits))
    return mean(neg(sum(mul(target, discounted), -1)))
  }
