import "../../src/backend/gradients.ts"
import { dispose, type Tensor, type Tensor4D, valueAndGrads } from "@tensorflow/tfjs-core"
import type { Loss } from "../../src/losses/loss.ts"
import { dropoutKey } from "../../src/modules/dropout.ts"
import { collectStatistics } from "../../src/modules/mode.ts"
import type { Network } from "../../src/modules/networks/network.ts"
import { leaves, mapLeaves } from "../../src/modules/params.ts"
import { declared, type Params } from "../../src/modules/spec.ts"
import type { Optimizer, OptimizerState, Tensors } from "../../src/optim/optimizer.ts"
import { key } from "../../src/random/index.ts"

export interface Example {
  readonly input: Tensor4D
  readonly target: Tensor4D
}

/** One forward and backward pass in training mode: by path, the gradient of each weight and each new running statistic. */
export const differentiate = (
  network: Network,
  params: Params,
  { input, target }: Example,
  loss: Loss
): { readonly loss: number; readonly gradients: Tensors; readonly statistics: Tensors } => {
  const byPath = Object.fromEntries(leaves(params))
  const names = declared(network.spec).flatMap(([path, leaf]) => (leaf.role === "weight" ? [path] : []))
  const statistics = collectStatistics()
  const forward = (...values: ReadonlyArray<Tensor>) => {
    const weights = new Map(names.map((name, i) => [name, values[i]]))
    const own = mapLeaves(params, (tensor, path) => weights.get(path) ?? tensor)
    const { logits } = network.forward(own, input, { training: true, key: dropoutKey(key(1)), statistics })
    return loss(logits, target)
  }
  const { value, grads } = valueAndGrads(forward)(names.map((name) => byPath[name]))
  const updated = leaves(params).flatMap(([path, tensor]) => {
    const next = statistics.updates().get(tensor)
    return next === undefined ? [] : [[path, next] as const]
  })
  return {
    loss: value.dataSync()[0],
    gradients: Object.fromEntries(names.map((name, i) => [name, grads[i]])),
    statistics: Object.fromEntries(updated)
  }
}

/** The loss of each training step and the parameters after it. */
export const train = <State extends OptimizerState>(
  network: Network,
  start: Params,
  examples: ReadonlyArray<Example>,
  options: {
    readonly loss: Loss
    readonly optimizer: Optimizer<State>
    readonly learningRates: ReadonlyArray<number>
  }
): ReadonlyArray<{ readonly loss: number; readonly params: Params }> => {
  const { optimizer, learningRates } = options
  const weightsOf = (params: Params, like: Tensors): Tensors =>
    Object.fromEntries(leaves(params).filter(([path]) => path in like))
  let params = start
  let state: State | undefined
  return examples.map((example, step) => {
    const { loss, gradients, statistics } = differentiate(network, params, example, options.loss)
    const weights = weightsOf(params, gradients)
    const learningRate = learningRates[step]
    const next = optimizer.update({ weights, gradients, state: state ?? optimizer.init(weights), learningRate })
    dispose({ ...gradients })
    const updates = { ...next.weights, ...statistics }
    params = mapLeaves(params, (tensor, path) => updates[path] ?? tensor)
    state = next.state
    return { loss, params }
  })
}
