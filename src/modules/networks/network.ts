import type { Tensor4D } from "@tensorflow/tfjs-core"
import type { Mode } from "../mode.ts"
import type { PyTorchNames } from "../pytorch/names.ts"
import type { ParamsOf, Spec } from "../spec.ts"

/** [batch, height, width, channels] of an input. */
export type InputShape = readonly [batch: number, height: number, width: number, channels: number]

export interface Outputs {
  /** [batch, height, width, classes], before sigmoid or softmax. */
  readonly logits: Tensor4D
  /** The same shape, from a side head that only training looks at. */
  readonly auxiliary?: Tensor4D
}

/**
 * A network as plain data and two pure functions. `initialize(key, network.spec)` makes its parameters,
 * `countParams(network.spec)` counts them without making any.
 */
export interface Network<S extends Spec = Spec, P = ParamsOf<S>> {
  readonly name: string
  /** The options that it was made with, defaults filled in; plain data that a checkpoint can hold. */
  readonly config: object
  readonly spec: S
  /** Throws an `InputShapeError` for an input that the network cannot take. */
  check(inputShape: InputShape): void
  forward(params: P, x: Tensor4D, mode: Mode): Outputs
}

/** A network with a PyTorch original: what `importPyTorch` and `exportPyTorch` take. */
export interface PortedNetwork<S extends Spec = Spec, P = ParamsOf<S>> extends Network<S, P> {
  /** What the original's state dict calls each parameter. */
  readonly names: PyTorchNames
}

/**
 * Makes a network of its parts. The result checks the input's shape before it makes a tensor.
 *
 * @example
 * ```ts
 * const twoLayers = (width: number) =>
 *   defineNetwork({
 *     name: "twoLayers",
 *     config: { width },
 *     spec: {
 *       inner: conv2dSpec({ in: 1, out: width, kernel: 3 }),
 *       outer: conv2dSpec({ in: width, out: 1, kernel: 1 })
 *     },
 *     forward: (p, x) => ({ logits: conv2d(p.outer, relu(conv2d(p.inner, x))) })
 *   })
 *
 * const network = twoLayers(8)
 * const params = initialize(key(1), network.spec)
 * network.forward(params, zeros([1, 16, 16, 1]), inference).logits.shape // => [1, 16, 16, 1]
 * ```
 */
export const defineNetwork = <S extends Spec>(parts: {
  readonly name: string
  readonly config: object
  readonly spec: S
  readonly check?: (inputShape: InputShape) => void
  readonly forward: (params: ParamsOf<S>, x: Tensor4D, mode: Mode) => Outputs
}): Network<S> => {
  const { check = () => {}, forward } = parts
  return {
    ...parts,
    check,
    forward: (params, x, mode) => {
      check(x.shape)
      return forward(params, x, mode)
    }
  }
}
