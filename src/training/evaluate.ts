import { cast, greater, mul, type Scalar, stack, sum, type Tensor2D, type Tensor4D, tidy } from "@tensorflow/tfjs-core"
import type { Loss } from "../losses/loss.ts"
import type { Confusion } from "../metrics/confusion.ts"
import { inference } from "../modules/mode.ts"
import type { Network } from "../modules/networks/network.ts"
import type { Tensors } from "../optim/optimizer.ts"
import { treeOf } from "./state.ts"

export type EvaluateInputs = { readonly params: Tensors; readonly images: Tensor4D; readonly masks: Tensor4D }

export type Evaluated = {
  readonly loss: Scalar
  /** [batch, 3] pixels: marked by both, by the prediction, by the truth. Exact up to 2^24 pixels an image. */
  readonly counts: Tensor2D
}

/**
 * The loss of a batch with running statistics and no dropout, and how the pixels of each image fall when all with a
 * probability above 1/2, which is a logit above 0, are marked. A pure tensor function.
 */
export const evaluate =
  ({ network, loss }: { readonly network: Network; readonly loss: Loss }) =>
  ({ params, images, masks }: EvaluateInputs): Evaluated =>
    tidy(() => {
      const { logits } = network.forward(treeOf(network.spec, params), images, inference)
      const predicted = cast(greater(logits, 0), "float32")
      const areas = [mul(predicted, masks), predicted, masks].map((marks) => sum(marks, [1, 2, 3]))
      return { loss: loss(logits, masks), counts: stack(areas, 1) as Tensor2D }
    })

/** The counts of each image of a batch, from what `evaluate` counted of it. */
export const confusionsOf = (counts: ArrayLike<number>, pixels: number): ReadonlyArray<Confusion> =>
  Array.from({ length: counts.length / 3 }, (_, i) => {
    const [both, predicted, marked] = [counts[3 * i], counts[3 * i + 1], counts[3 * i + 2]]
    return { tp: both, fp: predicted - both, fn: marked - both, tn: pixels - predicted - marked + both }
  })
