import { add, mul, type Scalar, scalar, type Tensor, tidy } from "@tensorflow/tfjs-core"
import { plainOptions } from "../plainOptions.ts"
import type { Loss, Weight } from "./loss.ts"

/**
 * The sum of losses times their weights. A loss whose weight is the number 0 is not computed.
 *
 * @example
 * ```ts
 * const loss = weightedSum([
 *   [1, dice()],
 *   [0.5, binaryCrossEntropy()]
 * ])
 * ```
 */
export const weightedSum = (terms: ReadonlyArray<readonly [weight: Weight, loss: Loss]>): Loss => {
  const loss = (logits: Tensor, target: Tensor) =>
    tidy(() => {
      const values = terms
        .filter(([weight]) => weight !== 0)
        .map(([weight, loss]) => (weight === 1 ? loss(logits, target) : mul<Scalar>(loss(logits, target), weight)))
      return values.length === 0 ? scalar(0) : values.reduce((sum, value) => add<Scalar>(sum, value))
    })
  const parts = terms.map(([weight, { described }]) => plainOptions({ weight, described }))
  return Object.assign(loss, { described: { name: "weightedSum", parts } })
}
