import { type Tensor, tensor } from "@tensorflow/tfjs-core"
import { type Leaf, mapSpec, type ParamsOf, type Spec } from "../../src/modules/spec.ts"
import { fold, key, normal, uniform } from "../../src/random/index.ts"

/**
 * Parameters of which none is neutral, as they are at initialisation: gates open, norms off one and zero, variances
 * positive.
 */
export const randomParams = <S extends Spec>(spec: S, seed: number): ParamsOf<S> =>
  mapSpec(spec, (leaf, path) => random(leaf, path, seed)) as ParamsOf<S>

const random = ({ shape }: Leaf, path: string, seed: number): Tensor => {
  const size = shape.reduce((product, n) => product * n, 1)
  const from = fold(key(seed), path)
  const fanIn = Math.max(1, size / shape[shape.length - 1])
  if (path.endsWith("variance") || path.endsWith("scale"))
    return tensor(
      uniform(from, size).map((u) => 0.5 + u),
      [...shape]
    )
  return tensor(
    normal(from, size).map((z) => z / Math.sqrt(shape.length > 1 ? fanIn : 4)),
    [...shape]
  )
}
