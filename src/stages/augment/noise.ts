import { fold, type Key, normal, uniformBetween } from "../../random/index.ts"
import { checkRange, type Range, type Transform } from "./transform.ts"

export type NoiseParams = { readonly sigma: number; readonly key: Key }

/**
 * Adds white Gaussian noise whose standard deviation is drawn from `sigma`, in the units of the pixels. The record holds
 * a key instead of the noise, so a replay adds the very same.
 *
 * @throws AugmentError when `sigma` is below 0
 *
 * @example
 * ```ts
 * samples(dataset).pipe(augment([noise({ sigma: [0, 0.05] })], { seed: 1, epoch }))
 * ```
 */
export const noise = ({ sigma }: { readonly sigma: Range }): Transform<NoiseParams> => {
  checkRange("noise", "sigma", sigma, { from: 0 })
  return {
    name: "noise",
    params: (key) => ({ sigma: uniformBetween(fold(key, "sigma"), ...sigma), key: fold(key, "noise") }),
    apply: (sample, params) => {
      const added = normal(params.key, sample.pixels.length)
      return { ...sample, pixels: sample.pixels.map((x, i) => x + params.sigma * added[i]) }
    }
  }
}
