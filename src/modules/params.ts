import { Tensor } from "@tensorflow/tfjs-core"
import { declared, type Params, type Spec } from "./spec.ts"

const entries = (node: Exclude<Params, Tensor>): ReadonlyArray<readonly [string, Params]> =>
  Array.isArray(node) ? node.map((child, i) => [String(i), child]) : Object.entries(node)

/** Every tensor of a tree with its path: `["layer1.0.conv1.kernel", tensor]`. */
export const leaves = (params: Params, path = ""): ReadonlyArray<readonly [path: string, tensor: Tensor]> =>
  params instanceof Tensor
    ? [[path, params]]
    : entries(params).flatMap(([name, child]) => leaves(child, path === "" ? name : `${path}.${name}`))

/** The learned tensors by path, running statistics left out: what is differentiated and what an optimiser updates. */
export const weightsOf = (spec: Spec, params: Params): { readonly [path: string]: Tensor } => {
  const learned = new Set(declared(spec).flatMap(([path, leaf]) => (leaf.role === "weight" ? [path] : [])))
  return Object.fromEntries(leaves(params).filter(([path]) => learned.has(path)))
}

/** The same tree with each tensor replaced. */
export const mapLeaves = <P extends Params>(
  params: P,
  replace: (tensor: Tensor, path: string) => Tensor,
  path = ""
): P => {
  const node: Params = params
  if (node instanceof Tensor) return replace(node, path) as P
  const children = entries(node).map(
    ([name, child]) => [name, mapLeaves(child, replace, path === "" ? name : `${path}.${name}`)] as const
  )
  return (Array.isArray(node) ? children.map(([, child]) => child) : Object.fromEntries(children)) as P
}

/** Frees every tensor of a tree. */
export const disposeParams = (params: Params): void => {
  for (const [, tensor] of leaves(params)) tensor.dispose()
}
