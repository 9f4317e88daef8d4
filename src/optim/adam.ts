import { add, div, mul, type Scalar, scalar, sqrt, square, sub, tidy, zerosLike } from "@tensorflow/tfjs-core"
import { plainOptions } from "../plainOptions.ts"
import { checkMemory, mapTensors, type Optimizer, type Rate, type Tensors } from "./optimizer.ts"
import { packed } from "./packed.ts"

export interface AdamOptions {
  /** Decay of the mean of gradients, default 0.9. */
  readonly beta1?: number
  /** Decay of the mean of squared gradients, default 0.999. */
  readonly beta2?: number
  /** Default 1e-8. */
  readonly epsilon?: number
  /** Default 0 for `adam`, 0.01 for `adamW`. */
  readonly weightDecay?: Rate
}

/**
 * Moving averages of each weight's gradient and of its square, of several small ones together, and how much of an average they
 * are by now.
 */
export interface AdamState {
  readonly [slot: string]: Tensors
  readonly mean: Tensors
  readonly square: Tensors
  /** The same averages of the constant 1: 1 - beta^t. */
  readonly share: { readonly mean: Scalar; readonly square: Scalar }
}

/**
 * Adam: w <- w - learningRate m / (sqrt(s) + epsilon), m and s being the bias-corrected averages of g and g^2.
 * `weightDecay` adds weightDecay w to the gradient, as PyTorch's Adam does; see `adamW` for the other way.
 *
 * @see Kingma & Ba, Adam (ICLR 2015)
 */
export const adam = (options: AdamOptions = {}): Optimizer<AdamState> =>
  make({ ...DEFAULTS, weightDecay: 0, ...options }, { decoupled: false })

/**
 * Adam with decoupled weight decay: as `adam`, and w <- w - learningRate weightDecay w, which the averages do not see.
 *
 * @see Loshchilov & Hutter, Decoupled Weight Decay Regularization (ICLR 2019)
 */
export const adamW = (options: AdamOptions = {}): Optimizer<AdamState> =>
  make({ ...DEFAULTS, weightDecay: 0.01, ...options }, { decoupled: true })

const DEFAULTS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

const make = (
  { beta1, beta2, epsilon, weightDecay }: Required<AdamOptions>,
  { decoupled }: { readonly decoupled: boolean }
): Optimizer<AdamState> =>
  packed({
    described: { name: decoupled ? "adamW" : "adam", ...plainOptions({ beta1, beta2, epsilon, weightDecay }) },
    init: (weights) => ({
      mean: mapTensors(weights, (weight) => zerosLike(weight)),
      square: mapTensors(weights, (weight) => zerosLike(weight)),
      share: { mean: scalar(0), square: scalar(0) }
    }),
    update: ({ weights, gradients, state, learningRate }) => {
      checkMemory(weights, state.mean)
      checkMemory(weights, state.square)
      return tidy(() => {
        const decay = (weight: Tensors[string]) => mul(weight, weightDecay)
        const seen =
          decoupled || weightDecay === 0
            ? gradients
            : mapTensors(gradients, (gradient, name) => add(gradient, decay(weights[name])))
        const next: AdamState = {
          mean: mapTensors(seen, (g, name) => average(state.mean[name], g, beta1)),
          square: mapTensors(seen, (g, name) => average(state.square[name], square(g), beta2)),
          // By recurrence, because 1 - beta^t of a traced t would lose most of float32's digits in the first steps.
          share: { mean: average(state.share.mean, 1, beta1), square: average(state.share.square, 1, beta2) }
        }
        const moved = mapTensors(weights, (weight, name) => {
          const spread = sqrt(div(next.square[name], next.share.square))
          const step = div(div(next.mean[name], next.share.mean), add(spread, epsilon))
          return sub(weight, mul(decoupled && weightDecay !== 0 ? add(step, decay(weight)) : step, learningRate))
        })
        return { weights: moved, state: next }
      })
    }
  })

const average = <T extends Tensors[string]>(before: T, value: T | number, beta: number): T =>
  typeof value === "number" ? add(mul(before, beta), value * (1 - beta)) : add(mul(before, beta), mul(value, 1 - beta))
