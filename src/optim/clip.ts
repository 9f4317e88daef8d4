import {
  add,
  addN,
  clipByValue as clip,
  div,
  minimum,
  mul,
  type Scalar,
  sqrt,
  square,
  sum,
  tidy
} from "@tensorflow/tfjs-core"
import { plainOptions } from "../plainOptions.ts"
import { mapTensors, type Optimizer, type OptimizerState, type Rate, type Tensors } from "./optimizer.ts"

/** Something done to all gradients before an optimiser sees them. Returns new tensors. */
export interface GradientTransform {
  (gradients: Tensors): Tensors
  /** What tells it from others, as plain data: its name and its options; see `Optimizer`. */
  readonly described?: object
}

/** The Euclidean norm of all gradients as one vector. */
export const globalNorm = (gradients: Tensors): Scalar =>
  tidy(() => sqrt(addN(Object.values(gradients).map((gradient) => sum<Scalar>(square(gradient))))))

/**
 * Shortens the gradients, all by the same factor, so that their global norm is at most `limit`: PyTorch's `clip_grad_norm_`,
 * g limit / max(limit, norm + 1e-6).
 */
export const clipByGlobalNorm = (limit: Rate): GradientTransform => {
  const clipped = (gradients: Tensors) =>
    tidy(() => {
      const factor = minimum(div(limit, add(globalNorm(gradients), 1e-6)), 1)
      return mapTensors(gradients, (gradient) => mul(gradient, factor))
    })
  return Object.assign(clipped, { described: { name: "clipByGlobalNorm", ...plainOptions({ limit }) } })
}

/** Clips each element of each gradient to [-limit, limit]. */
export const clipByValue = (limit: number): GradientTransform => {
  const clipped = (gradients: Tensors) => mapTensors(gradients, (gradient) => clip(gradient, -limit, limit))
  return Object.assign(clipped, { described: { name: "clipByValue", limit } })
}

/**
 * The same optimiser, given transformed gradients.
 *
 * @example
 * ```ts
 * const optimizer = transformGradients(sgd({ momentum: 0.9 }), clipByGlobalNorm(1))
 * ```
 */
export const transformGradients = <State extends OptimizerState>(
  optimizer: Optimizer<State>,
  transform: GradientTransform
): Optimizer<State> => ({
  described: { name: "transformGradients", transform: transform.described, optimizer: optimizer.described },
  init: optimizer.init,
  update: (step) => tidy(() => optimizer.update({ ...step, gradients: transform(step.gradients) }))
})
