import {
  add,
  div,
  logSoftmax,
  mean,
  mul,
  neg,
  type Scalar,
  softplus,
  sub,
  sum,
  type Tensor1D
} from "@tensorflow/tfjs-core"
import { classRefusal } from "./activation.ts"
import { checkLossOptions, defineLoss, type Loss, type Weight } from "./loss.ts"

/**
 * Binary cross-entropy of each class by itself: mean of -w t log sigmoid(x) - (1 - t) log(1 - sigmoid(x)).
 *
 * Both logarithms are softplus functions of the logit, so that nothing overflows or cancels whatever its size.
 *
 * @param options `positiveWeight` w multiplies the part of the positive pixels, by default 1
 * @throws LossOptionError for a misspelt option, LossError where logits and target differ in shape
 */
export const binaryCrossEntropy = (options: { readonly positiveWeight?: Weight } = {}): Loss => {
  const { positiveWeight = 1 } = options
  checkLossOptions("binaryCrossEntropy", options, { positiveWeight: "any" })
  return defineLoss(
    "binaryCrossEntropy",
    (logits, target) => {
      const positive = mul(mul(target, softplus(neg(logits))), positiveWeight)
      const negative = mul(sub(1, target), softplus(logits))
      return mean<Scalar>(add(positive, negative))
    },
    undefined,
    { positiveWeight }
  )
}

/**
 * Categorical cross-entropy under softmax: the mean over pixels of -sum_k t_k log softmax(x)_k.
 *
 * With weights w for the classes it is a weighted mean, sum w_k t_k (-log softmax(x)_k) / sum w_k t_k, as in PyTorch.
 *
 * @param options `classWeights`, one for each class: numbers, or a tensor [classes]
 * @throws LossOptionError for a misspelt option, LossError where logits and target differ in shape, for one class only and for another number of weights
 */
export const categoricalCrossEntropy = (
  options: { readonly classWeights?: ReadonlyArray<number> | Tensor1D } = {}
): Loss => {
  const { classWeights } = options
  checkLossOptions("categoricalCrossEntropy", options, { classWeights: "any" })
  const given =
    classWeights === undefined ? undefined : "size" in classWeights ? classWeights.size : classWeights.length
  return defineLoss(
    "categoricalCrossEntropy",
    (logits, target) => {
      const weighted = classWeights === undefined ? target : mul(target, classWeights as Array<number> | Tensor1D)
      const pixels = classWeights === undefined ? logits.size / logits.shape[logits.rank - 1] : sum(weighted)
      return div<Scalar>(neg(sum(mul(weighted, logSoftmax(logits)))), pixels)
    },
    (classes) =>
      given === undefined || given === classes
        ? classRefusal("softmax")(classes)
        : `there are weights for ${given} classes and logits for ${classes}`,
    { classWeights }
  )
}
