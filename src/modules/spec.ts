import {
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tensor
} from "@tensorflow/tfjs-core"
import { fold, type Key, normal, uniform } from "../random/index.ts"
import { flatten, mapTree, type Tree } from "./tree.ts"

/** How a parameter starts. */
export type Initializer =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "normal"; readonly std: number }
  | { readonly kind: "uniform"; readonly bound: number }

/**
 * One parameter tensor, declared but not allocated. A `weight` is learned; a `statistic` (batch norm's running mean and
 * variance) is carried along and replaced after each training step.
 */
export interface Leaf<Rank extends number = number> {
  readonly shape: ReadonlyArray<number> & { readonly length: Rank }
  readonly initializer: Initializer
  readonly role: "weight" | "statistic"
}

/** A tree of declared parameters: what a layer needs, as plain data. The path of a leaf is its name in a checkpoint. */
export type Spec = Tree<Leaf>

/** A tree of tensors. */
export type Params = Tree<Tensor>

interface TensorOfRank {
  readonly 0: Scalar
  readonly 1: Tensor1D
  readonly 2: Tensor2D
  readonly 3: Tensor3D
  readonly 4: Tensor4D
}

/** The tensors that a spec declares, in the same shape of tree. */
export type ParamsOf<S> = Spec extends S
  ? Params
  : S extends Leaf<infer Rank>
    ? Rank extends keyof TensorOfRank
      ? TensorOfRank[Rank]
      : Tensor
    : { readonly [Name in keyof S]: ParamsOf<S[Name]> }

/** Declares a learned tensor. */
export const weight = <const Shape extends ReadonlyArray<number>>(
  shape: Shape,
  initializer: Initializer
): Leaf<Shape["length"]> => ({ shape, initializer, role: "weight" })

/** Declares a tensor that training replaces but no gradient reaches. */
export const statistic = <const Shape extends ReadonlyArray<number>>(
  shape: Shape,
  initializer: Initializer
): Leaf<Shape["length"]> => ({ shape, initializer, role: "statistic" })

/** Every number starts at the same value. */
export const startingAt = (value: number): Initializer => ({ kind: "constant", value })

const isLeaf = (spec: Spec): spec is Leaf => "initializer" in spec && "role" in spec

/** Every declared parameter with its path, in declaration order. */
export const declared = (spec: Spec): ReadonlyArray<readonly [path: string, leaf: Leaf]> => flatten(spec, isLeaf)

/** How many numbers are learned (running statistics excluded), without allocating any. */
export const countParams = (spec: Spec): number =>
  declared(spec).reduce(
    (total, [, leaf]) => total + (leaf.role === "weight" ? leaf.shape.reduce((size, n) => size * n, 1) : 0),
    0
  )

/** Builds a tree of the same form as `spec`, one value for each leaf. */
export const mapSpec = <T>(spec: Spec, make: (leaf: Leaf, path: string) => T): Tree<T> => mapTree(spec, isLeaf, make)

/**
 * Allocates and fills the declared parameters. Each leaf draws from the key folded with its own path, so the same key gives
 * the same bits on every engine, and adding a layer does not change the others.
 */
export const initialize = <S extends Spec>(key: Key, spec: S): ParamsOf<S> =>
  mapSpec(spec, (leaf, path) => tensor(draw(fold(key, path), leaf), [...leaf.shape])) as ParamsOf<S>

const draw = (key: Key, { shape, initializer }: Leaf): Float32Array => {
  const size = shape.reduce((product, n) => product * n, 1)
  switch (initializer.kind) {
    case "constant":
      return new Float32Array(size).fill(initializer.value)
    case "normal":
      return normal(key, size).map((x) => x * initializer.std)
    case "uniform":
      return uniform(key, size).map((x) => (2 * x - 1) * initializer.bound)
  }
}
