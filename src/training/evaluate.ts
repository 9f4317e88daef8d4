import {
  argMax,
  cast,
  greater,
  mul,
  oneHot,
  reshape,
  type Scalar,
  slice,
  stack,
  sum,
  type Tensor2D,
  type Tensor4D,
  tidy
} from "@tensorflow/tfjs-core"
import type { Loss } from "../losses/loss.ts"
import type { Confusion } from "../metrics/confusion.ts"
import { inference } from "../modules/mode.ts"
import type { Network } from "../modules/networks/network.ts"
import type { Tensors } from "../optim/optimizer.ts"
import { treeOf } from "./state.ts"

export type EvaluateInputs = { readonly params: Tensors; readonly images: Tensor4D; readonly masks: Tensor4D }

export type Evaluated = {
  readonly loss: Scalar
  /**
   * [batch, 3] pixels: marked by both, by the prediction, by the truth; [batch, 3 K] where there are K classes beside a
   * background. Exact up to 2^24 pixels an image.
   */
  readonly counts: Tensor2D
}

/**
 * The loss of a batch with running statistics and no dropout, and how the pixels of each image fall when all with a
 * probability above 1/2, which is a logit above 0, are marked. Of several classes the most probable one is; the first, which
 * is the background, is not counted. A pure tensor function.
 */
export const evaluate =
  ({ network, loss }: { readonly network: Network; readonly loss: Loss }) =>
  ({ params, images, masks }: EvaluateInputs): Evaluated =>
    tidy(() => {
      const { logits } = network.forward(treeOf(network.spec, params), images, inference)
      const classes = logits.shape[3]
      const marked = classes === 1 ? cast(greater(logits, 0), "float32") : oneHot(argMax(logits, -1), classes)
      const [predicted, truth] = [cast(marked, "float32") as Tensor4D, masks].map(foreground)
      const areas = [mul(predicted, truth), predicted, truth].map((marks) => sum(marks, [1, 2]))
      const counts: Tensor2D = reshape(stack(areas, 2), [images.shape[0], -1])
      return { loss: loss(logits, masks), counts }
    })

const foreground = (marks: Tensor4D): Tensor4D => (marks.shape[3] === 1 ? marks : slice(marks, [0, 0, 0, 1]))

/** The counts of each image of a batch, class by class, from what `evaluate` counted of it. */
export const confusionsOf = (counts: ArrayLike<number>, pixels: number): ReadonlyArray<Confusion> =>
  Array.from({ length: counts.length / 3 }, (_, i) => {
    const [both, predicted, marked] = [counts[3 * i], counts[3 * i + 1], counts[3 * i + 2]]
    return { tp: both, fp: predicted - both, fn: marked - both, tn: pixels - predicted - marked + both }
  })
