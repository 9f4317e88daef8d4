import { sigmoid, softmax, type Tensor } from "@tensorflow/tfjs-core"

/** What makes probabilities of logits: `sigmoid` for classes that may overlap, `softmax` for classes that exclude each other. */
export type Activation = "sigmoid" | "softmax"

export const ACTIVATIONS: ReadonlyArray<Activation> = ["sigmoid", "softmax"]

export const probabilities = (logits: Tensor, activation: Activation): Tensor =>
  activation === "sigmoid" ? sigmoid(logits) : softmax(logits)

/** What is wrong with a number of classes under an activation, if anything. */
export const classRefusal =
  (activation: Activation) =>
  (classes: number): string | undefined =>
    activation === "softmax" && classes < 2
      ? "softmax of a single class is always 1; take a sigmoid, or add a class for the background"
      : undefined
