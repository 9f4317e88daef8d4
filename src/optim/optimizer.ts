import type { Scalar, Tensor } from "@tensorflow/tfjs-core"
import { TaggedError } from "../errors.ts"

/** Tensors by name: a weight and its gradient have the same. */
export interface Tensors {
  readonly [name: string]: Tensor
}

/**
 * What an optimiser carries from step to step: plain records of tensors, as a checkpoint holds them. Optimisers of this package
 * remember small weights together, under names of their own.
 */
export interface OptimizerState {
  readonly [slot: string]: Tensors
}

/**
 * A number, or a scalar tensor where it changes from step to step of a traced training step, in which a number is baked in.
 */
export type Rate = number | Scalar

/**
 * A rule for learning as two pure functions. Neither changes nor frees its arguments; what `update` returns are new tensors,
 * and the caller frees the old ones.
 *
 * @example
 * ```ts
 * const optimizer = sgd({ momentum: 0.9, weightDecay: 4e-4 })
 * const weights = { w: scalar(1) }
 * const state = optimizer.init(weights)
 * const next = optimizer.update({ weights, gradients: { w: scalar(2) }, state, learningRate: 0.1 })
 * next.weights.w.dataSync()[0].toFixed(5) // => "0.79996"
 * ```
 */
export interface Optimizer<State extends OptimizerState = OptimizerState> {
  /**
   * What tells it from others, as plain data: its name and its options. A run that is resumed is refused where it is another;
   * of optimisers that do not say it, those that remember the same of each weight cannot be told from each other.
   */
  readonly described?: object
  init(weights: Tensors): State
  /** @throws OptimizerError where weights, gradients and state do not have the same names and shapes */
  update(step: {
    readonly weights: Tensors
    readonly gradients: Tensors
    readonly state: State
    readonly learningRate: Rate
  }): { readonly weights: Tensors; readonly state: State }
}

/** Weights, gradients and state that do not belong together. */
export class OptimizerError extends TaggedError("OptimizerError")<{
  /** Name of the weight, or of several small ones that are remembered together. */
  readonly weight: string
  readonly reason: string
}> {
  override get message() {
    return `"${this.weight}": ${this.reason}`
  }
}

/** The same names with a value made for each. */
export const mapTensors = (tensors: Tensors, make: (tensor: Tensor, name: string) => Tensor): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, make(tensor, name)]))

/** Every weight has a gradient of its shape, and the other way round. */
export const checkGradients = (weights: Tensors, gradients: Tensors): void => {
  for (const [name, weight] of Object.entries(weights)) {
    const gradient = gradients[name]
    if (gradient === undefined) throw new OptimizerError({ weight: name, reason: "this weight has no gradient" })
    if (gradient.shape.join() !== weight.shape.join()) {
      const shapes = `[${gradient.shape.join(", ")}] for a weight of shape [${weight.shape.join(", ")}]`
      throw new OptimizerError({ weight: name, reason: `a gradient of shape ${shapes}` })
    }
  }
  for (const name of Object.keys(gradients)) {
    if (!(name in weights))
      throw new OptimizerError({ weight: name, reason: "a gradient for a weight that is not there" })
  }
}

/** What is remembered of each weight is there and has its shape. */
export const checkMemory = (weights: Tensors, remembered: Tensors): void => {
  for (const [name, weight] of Object.entries(weights)) {
    if (remembered[name]?.shape.join() !== weight.shape.join()) {
      throw new OptimizerError({
        weight: name,
        reason: "the state has nothing of it in this shape; was it made by `init` of other weights?"
      })
    }
  }
}
