import { cast, type Scalar, type Tensor, tidy } from "@tensorflow/tfjs-core"
import { TaggedError } from "../errors.ts"
import { plainOptions } from "../plainOptions.ts"

/**
 * How far a network's output is from the truth, as a scalar to minimise. Any function of this form is one.
 *
 * Its logits are [batch, ...space, classes], before sigmoid or softmax; its target has the same shape: for each class its mask,
 * 1 inside and 0 outside (under softmax: one-hot).
 */
export interface Loss {
  (logits: Tensor, target: Tensor): Scalar
  /**
   * What tells it from others, as plain data: its name and its options. A run that is resumed is refused where it is another;
   * of losses that do not say it, none can be told from another.
   */
  readonly described?: object
}

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

/** An option that a loss does not have, or a choice that it does not know. */
export class LossOptionError extends TaggedError("LossOptionError")<{
  readonly loss: string
  readonly option: string
  readonly found: unknown
  readonly expected: string
}> {
  override get message() {
    const found = typeof this.found === "string" ? `"${this.found}"` : String(this.found)
    return `${this.loss}: ${this.option} is ${found}; ${this.expected}`
  }
}

/**
 * Refuses what is misspelt in the options of a loss, whoever typed it: names that are none of `known`, and values that are
 * none of the choices which `known` lists for a name.
 */
export const checkLossOptions = (
  loss: string,
  options: object,
  known: { readonly [option: string]: ReadonlyArray<string> | "any" }
): void => {
  for (const [option, found] of Object.entries(options)) {
    const choices = Object.hasOwn(known, option) ? known[option] : undefined
    const refuse = (expected: string) => {
      throw new LossOptionError({ loss, option, found, expected })
    }
    if (choices === undefined) refuse(`there is no such option; known are ${Object.keys(known).join(", ")}`)
    else if (choices !== "any" && found !== undefined && !choices.includes(found)) {
      refuse(`it must be one of "${choices.join('", "')}"`)
    }
  }
}

/**
 * Makes a loss from its formula: shapes are checked before anything is computed, and what the formula leaves behind is freed.
 *
 * @param refusal what is wrong with a number of classes, if anything
 * @param options what the formula depends on, which tells the loss from others of its name
 */
export const defineLoss = (
  name: string,
  formula: (logits: Tensor, target: Tensor) => Scalar,
  refusal: (classes: number) => string | undefined = () => undefined,
  options: object = {}
): Loss => {
  const loss = (logits: Tensor, target: Tensor) => {
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
  return Object.assign(loss, { described: { name, ...plainOptions(options) } })
}
