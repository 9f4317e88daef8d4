import { cast, type Scalar, type Tensor, tidy } from "@tensorflow/tfjs-core"
import { TaggedError } from "../errors.ts"

/**
 * How far a network's output is from the truth, as a scalar to minimise.
 *
 * @param logits [batch, ...space, classes], before sigmoid or softmax
 * @param target the same shape: for each class its mask, 1 inside and 0 outside (under softmax: one-hot)
 */
export type Loss = (logits: Tensor, target: Tensor) => Scalar

/**
 * A coefficient. As a scalar tensor it can change from step to step in a traced training step, where a number is baked in.
 * No gradient is needed for it.
 */
export type Weight = number | Scalar

/** Logits and target that a loss cannot compare. Thrown before any tensor is made. */
export class LossError extends TaggedError("LossError")<{
  readonly loss: string
  readonly logits: ReadonlyArray<number>
  readonly target: ReadonlyArray<number>
  readonly reason: string
}> {
  override get message() {
    return `${this.loss} of logits [${this.logits.join(", ")}] and target [${this.target.join(", ")}]: ${this.reason}`
  }
}

/**
 * Makes a loss from its formula: shapes are checked before anything is computed, and what the formula leaves behind is freed.
 *
 * @param refusal what is wrong with a number of classes, if anything
 */
export const defineLoss =
  (
    name: string,
    formula: (logits: Tensor, target: Tensor) => Scalar,
    refusal: (classes: number) => string | undefined = () => undefined
  ): Loss =>
  (logits, target) => {
    const refuse = (reason: string) => {
      throw new LossError({ loss: name, logits: logits.shape, target: target.shape, reason })
    }
    if (logits.shape.join() !== target.shape.join()) refuse("the shapes must agree, with one mask for each class")
    if (logits.rank < 2) refuse("the shape must be [batch, ...space, classes]")
    if (logits.size === 0) refuse("there is nothing to compare")
    const reason = refusal(logits.shape[logits.rank - 1])
    if (reason !== undefined) refuse(reason)
    return tidy(() => formula(logits, target.dtype === "float32" ? target : cast(target, "float32")))
  }
