import { Tensor } from "@tensorflow/tfjs-core"
import { declared, type Params, type Spec } from "./spec.ts"
import { flatten, mapTree } from "./tree.ts"

const isTensor = (node: Params): node is Tensor => node instanceof Tensor

/** Every tensor of a tree with its path: `["layer1.0.conv1.kernel", tensor]`. */
export const leaves = (params: Params): ReadonlyArray<readonly [path: string, tensor: Tensor]> =>
  flatten(params, isTensor)

/** The learned tensors by path, running statistics left out: what is differentiated and what an optimiser updates. */
export const weightsOf = (spec: Spec, params: Params): { readonly [path: string]: Tensor } => {
  const learned = new Set(declared(spec).flatMap(([path, leaf]) => (leaf.role === "weight" ? [path] : [])))
  return Object.fromEntries(leaves(params).filter(([path]) => learned.has(path)))
}

/** The same tree with each tensor replaced. */
export const mapLeaves = <P extends Params>(params: P, replace: (tensor: Tensor, path: string) => Tensor): P =>
  mapTree(params, isTensor, replace) as P

/** Frees every tensor of a tree. */
export const disposeParams = (params: Params): void => {
  for (const [, tensor] of leaves(params)) tensor.dispose()
}
