import { concat1d, reshape, split, type Tensor1D, tidy } from "@tensorflow/tfjs-core"
import { checkGradients, mapTensors, type Optimizer, type OptimizerState, type Tensors } from "./optimizer.ts"

/** What the state calls them. */
const VECTORS = "vectors"

/**
 * A rule that treats every element alike, applied to all vectors and numbers as one vector: a network has hundreds of them, of
 * its norms and biases, and to begin an operation takes longer than to do it. The bits are those of one by one. Filters and
 * matrices stay by themselves, because engines lay them out as they like.
 */
export const packed = <State extends OptimizerState>(rule: Optimizer<State>): Optimizer<State> => ({
  ...rule,
  init: (weights) => tidy(() => rule.init(pack(weights, vectorsOf(weights)))),
  update: ({ weights, gradients, ...rest }) => {
    checkGradients(weights, gradients)
    return tidy(() => {
      const vectors = vectorsOf(weights)
      const next = rule.update({ ...rest, weights: pack(weights, vectors), gradients: pack(gradients, vectors) })
      return { weights: unpack(next.weights, weights, vectors), state: next.state }
    })
  }
})

/** Sorted, so that a state fits its weights in whatever order they come. One alone needs no company. */
const vectorsOf = (weights: Tensors): ReadonlyArray<string> => {
  const names = Object.keys(weights).filter((name) => weights[name].rank < 2)
  return names.length > 1 ? names.sort() : []
}

const pack = (tensors: Tensors, vectors: ReadonlyArray<string>): Tensors => {
  if (vectors.length === 0) return tensors
  const rest = Object.entries(tensors).filter(([name]) => !vectors.includes(name))
  const flat = vectors.map((name): Tensor1D => reshape(tensors[name], [-1]))
  return { ...Object.fromEntries(rest), [VECTORS]: concat1d(flat) }
}

/** Tensors of the names, order and shapes of `like`. */
const unpack = (tensors: Tensors, like: Tensors, vectors: ReadonlyArray<string>): Tensors => {
  if (vectors.length === 0) return tensors
  const sizes = vectors.map((name) => like[name].size)
  const parts = split(tensors[VECTORS], sizes).map((part, i) => reshape(part, like[vectors[i]].shape))
  const apart: Tensors = Object.fromEntries(parts.map((part, i) => [vectors[i], part]))
  return mapTensors(like, (_, name) => apart[name] ?? tensors[name])
}
