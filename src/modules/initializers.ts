import { type Initializer, type Leaf, mapSpec, type Spec, startingAt } from "./spec.ts"

/** The same spec, with the start of each leaf chosen anew: how a network takes the initialisation of its own source. */
export const withInitializers = <S extends Spec>(spec: S, choose: (leaf: Leaf, path: string) => Initializer): S =>
  mapSpec(spec, (leaf, path) => ({ ...leaf, initializer: choose(leaf, path) })) as S

const isKernel = (leaf: Leaf): boolean => leaf.shape.length === 4

/**
 * What a convolution of PyTorch starts with unless told otherwise: kernels from U(+-1 / sqrt(fan in)). Other leaves stay. The
 * last axis but one is what PyTorch counts as input channels, also for a transposed convolution.
 */
export const pytorchDefault = (leaf: Leaf): Initializer => {
  if (!isKernel(leaf)) return leaf.initializer
  const [height, width, fanIn] = leaf.shape
  return { kind: "uniform", bound: 1 / Math.sqrt(height * width * fanIn) }
}

/** What a convolution of Keras starts with: kernels from U(+-sqrt(6 / (fan in + fan out))) (Glorot), biases zero. */
export const kerasDefault = (leaf: Leaf): Initializer => {
  if (!isKernel(leaf)) return leaf.initializer.kind === "uniform" ? startingAt(0) : leaf.initializer
  const [height, width, fanIn, fanOut] = leaf.shape
  return { kind: "uniform", bound: Math.sqrt(6 / (height * width * (fanIn + fanOut))) }
}
