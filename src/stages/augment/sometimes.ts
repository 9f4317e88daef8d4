import { fold, uniform } from "../../random/index.ts"
import { AugmentError, isSpatial, type SpatialTransform, type Transform } from "./transform.ts"

/** `params` is absent where the transform was left out. */
export type SometimesParams<Params extends object> = { readonly params?: Params }

/**
 * Applies a transform with a given probability and leaves the sample as it is otherwise.
 *
 * @throws AugmentError when the probability is not in [0, 1]
 *
 * @example
 * ```ts
 * samples(dataset).pipe(augment([sometimes(0.2, elastic())], { seed: 1, epoch }))
 * ```
 */
export const sometimes: {
  <Params extends object>(
    probability: number,
    transform: SpatialTransform<Params>
  ): SpatialTransform<SometimesParams<Params>>
  <Params extends object>(probability: number, transform: Transform<Params>): Transform<SometimesParams<Params>>
} = <Params extends object>(probability: number, transform: Transform<Params>) => {
  type Maybe = SpatialTransform<SometimesParams<Params>>
  const name = `sometimes ${transform.name}`
  if (!(probability >= 0 && probability <= 1)) {
    throw new AugmentError({ transform: name, reason: `probability must lie in [0, 1]; found ${probability}` })
  }
  const maybe: Omit<Maybe, "frame"> = {
    name,
    params: (key, outline) =>
      uniform(fold(key, "whether"), 1)[0] < probability ? { params: transform.params(fold(key, "what"), outline) } : {},
    apply: (sample, { params }) => (params ? transform.apply(sample, params) : sample)
  }
  const frame: Maybe["frame"] | undefined = isSpatial(transform)
    ? (outline, { params }) => (params ? transform.frame(outline, params) : { ...outline, trace: () => {} })
    : undefined
  // Only the spatial overload promises a frame.
  return (frame ? { ...maybe, frame } : maybe) as Maybe
}
