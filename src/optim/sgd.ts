import { add, mul, sub, tidy, zerosLike } from "@tensorflow/tfjs-core"
import { plainOptions } from "../plainOptions.ts"
import { checkMemory, mapTensors, type Optimizer, type Rate, type Tensors } from "./optimizer.ts"
import { packed } from "./packed.ts"

export interface SgdOptions {
  /** Default 0. The paper's is 0.9. */
  readonly momentum?: number
  /** Default 0. The paper's is 4e-4. */
  readonly weightDecay?: Rate
}

/** The velocity of each weight, or of several small ones together; nothing without momentum. */
export interface SgdState {
  readonly [slot: string]: Tensors
  readonly velocity: Tensors
}

/**
 * Stochastic gradient descent, with PyTorch's semantics of momentum and weight decay:
 *
 * g <- g + weightDecay w, for every weight, biases and norms included;
 * v <- momentum v + g, from v = 0, without dampening;
 * w <- w - learningRate v. The rate is outside the velocity, so that a change of it takes effect at once.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.optim.SGD.html
 */
export const sgd = (options: SgdOptions = {}): Optimizer<SgdState> => {
  const { momentum = 0, weightDecay = 0 } = options
  return packed({
    described: { name: "sgd", ...plainOptions({ momentum, weightDecay }) },
    init: (weights) => ({ velocity: momentum === 0 ? {} : mapTensors(weights, (weight) => zerosLike(weight)) }),
    update: ({ weights, gradients, state, learningRate }) => {
      if (momentum !== 0) checkMemory(weights, state.velocity)
      return tidy(() => {
        const decayed = mapTensors(weights, (weight, name) =>
          weightDecay === 0 ? gradients[name] : add(gradients[name], mul(weight, weightDecay))
        )
        const velocity =
          momentum === 0 ? decayed : mapTensors(decayed, (g, name) => add(mul(state.velocity[name], momentum), g))
        const moved = mapTensors(weights, (weight, name) => sub(weight, mul(velocity[name], learningRate)))
        return { weights: moved, state: { velocity: momentum === 0 ? {} : velocity } }
      })
    }
  })
}
