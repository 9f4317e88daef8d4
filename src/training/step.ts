import {
  add,
  clone,
  concat1d,
  engine,
  mul,
  reshape,
  type Scalar,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  tidy,
  zerosLike
} from "@tensorflow/tfjs-core"
import type { Loss } from "../losses/loss.ts"
import { totalLoss } from "../losses/totalLoss.ts"
import { collectStatistics } from "../modules/mode.ts"
import type { Network } from "../modules/networks/network.ts"
import { declared } from "../modules/spec.ts"
import type { Optimizer, OptimizerState, Tensors } from "../optim/optimizer.ts"
import { treeOf } from "./state.ts"

/** What learns, how wrong it is, and how it mends. */
export interface Learner<State extends OptimizerState = OptimizerState> {
  readonly network: Network
  readonly loss: Loss
  readonly optimizer: Optimizer<State>
}

// Type aliases rather than interfaces: only these are tfjs containers of tensors to the compiler.

/** What one forward and backward pass takes. All that changes from step to step is a tensor, so that it can be traced. */
export type PassInputs = {
  /** By path, running statistics included. */
  readonly params: Tensors
  /** [batch, height, width, channels] */
  readonly images: Tensor4D
  /** [batch, height, width, classes], 0 or 1. */
  readonly masks: Tensor4D
  /** From `dropoutKey`. */
  readonly dropoutKey: Tensor1D
  /** alpha of Eq. 7. */
  readonly auxiliaryWeight: Scalar
}

export type Pass = {
  readonly loss: Scalar
  /** By path, one for each weight. */
  readonly gradients: Tensors
  /** By path, the new value of each running statistic. */
  readonly statistics: Tensors
}

export type UpdateInputs<State extends OptimizerState> = {
  readonly params: Tensors
  readonly optimizer: State
  readonly gradients: Tensors
  readonly statistics: Tensors
  readonly learningRate: Scalar
}

export type Updated<State extends OptimizerState> = { readonly params: Tensors; readonly optimizer: State }

export type StepInputs<State extends OptimizerState> = PassInputs & {
  readonly optimizer: State
  readonly learningRate: Scalar
}

/** Loss and gradients summed so far, a further pass, and its share in the mean. */
export type AccumulateInputs = {
  readonly sum?: Mean
  readonly pass: Mean
  readonly share: Scalar
}

export type Mean = { readonly loss: Scalar; readonly gradients: Tensors }

/**
 * One pass: the total loss of a batch (Eq. 7), its gradient by every weight, and the running statistics after it.
 *
 * A pure tensor function, as all in this file: what it returns are new tensors, which the caller frees.
 */
export const differentiate =
  ({ network, loss }: Pick<Learner, "network" | "loss">) =>
  ({ params, images, masks, dropoutKey, auxiliaryWeight }: PassInputs): Pass => {
    const { weights, statistics } = pathsOf(network)
    const collected = collectStatistics()
    try {
      return tidy(() => {
        const total = totalLoss(loss, { alpha: auxiliaryWeight })
        const mode = { training: true, key: dropoutKey, statistics: collected } as const
        const forward = () => total(network.forward(treeOf(network.spec, params), images, mode), masks)
        // Not `valueAndGrads`, which refuses a weight without a gradient, and names none.
        const { value, grads } = engine().gradients(
          forward,
          weights.map((path) => params[path]),
          undefined,
          true
        )
        if (grads.every((gradient) => gradient == null)) throw new Error("the loss depends on no weight of the network")
        // A weight that the loss does not depend on has no gradient in tfjs: the side head where nobody looks at it.
        const gradients = record(weights, (path, i) => grads[i] ?? zerosLike(params[path]))
        const updates = collected.updates()
        const next = record(statistics, (path) => clone(updates.get(params[path]) ?? params[path]))
        return { loss: value, gradients, statistics: next }
      })
    } catch (error) {
      freeTape()
      throw error
    } finally {
      // What is collected outlives every tidy; the clones stay.
      collected.dispose()
    }
  }

/** sum + share times pass, for loss and gradients: with shares that add up to 1 over the micro-batches, their mean. */
export const accumulate = ({ sum, pass, share }: AccumulateInputs): Mean =>
  tidy(() => {
    const plus = (before: Tensor | undefined, value: Tensor) =>
      before === undefined ? mul(value, share) : add(before, mul(value, share))
    return {
      loss: plus(sum?.loss, pass.loss) as Scalar,
      gradients: record(Object.keys(pass.gradients), (path) => plus(sum?.gradients[path], pass.gradients[path]))
    }
  })

/** The parameters after a step: weights by the optimiser, running statistics replaced. */
export const update =
  <State extends OptimizerState>({ network, optimizer }: Pick<Learner<State>, "network" | "optimizer">) =>
  (inputs: UpdateInputs<State>): Updated<State> =>
    tidy(() => {
      const { params, gradients, statistics, learningRate } = inputs
      const weights = record(pathsOf(network).weights, (path) => params[path])
      const next = optimizer.update({ weights, gradients, state: inputs.optimizer, learningRate })
      const all = record(Object.keys(params), (path) => next.weights[path] ?? clone(statistics[path]))
      return { params: all, optimizer: next.state }
    })

/**
 * A whole training step as one pure function of tensors: differentiate and update.
 *
 * @example
 * ```ts
 * import { dice } from "hepaflow/losses"
 * const step = trainStep({ network, loss: dice(), optimizer: sgd({ momentum: 0.9, weightDecay: 4e-4 }) })
 * const coefficients = { learningRate: scalar(0.05), auxiliaryWeight: scalar(0.4), dropoutKey: dropoutKey(key(1)) }
 * const { params, optimizer, loss } = step({ ...state, images, masks, ...coefficients })
 * ```
 */
export const trainStep =
  <State extends OptimizerState>(learner: Learner<State>) =>
  (inputs: StepInputs<State>): Updated<State> & { readonly loss: Scalar } =>
    tidy(() => {
      const { loss, gradients, statistics } = differentiate(learner)(inputs)
      return { ...update(learner)({ ...inputs, gradients, statistics }), loss }
    })

/**
 * 0 where all vectors and numbers of a network are finite, else not a number. Three operations, because to begin hundreds takes
 * longer than to do them. A gradient that is not finite passes norms and biases on its way down, so that they tell of the
 * filters too; of a network that has none, everything is looked at.
 */
export const zeroIfFinite = (params: Tensors): Scalar =>
  tidy(() => {
    const all = Object.values(params)
    const vectors = all.filter(({ rank }) => rank < 2)
    const flat = (vectors.length > 0 ? vectors : all).map((each): Tensor1D => reshape(each, [-1]))
    return sum(mul(concat1d(flat), 0))
  })

/** tfjs keeps what the backward pass will need beyond every tidy, and forgets it when the forward pass throws. */
const freeTape = (): void => {
  const { state } = engine()
  if (state.gradientDepth > 0) return
  for (const { saved = [] } of state.activeTape ?? [])
    for (const tensor of saved) if (!tensor.isDisposed) tensor.dispose()
  state.activeTape = []
}

const pathsOf = ({ spec }: Network) => {
  const paths = declared(spec)
  const of = (role: "weight" | "statistic") => paths.flatMap(([path, leaf]) => (leaf.role === role ? [path] : []))
  return { weights: of("weight"), statistics: of("statistic") }
}

const record = (names: ReadonlyArray<string>, make: (name: string, i: number) => Tensor): Tensors =>
  Object.fromEntries(names.map((name, i) => [name, make(name, i)]))
