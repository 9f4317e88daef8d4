import { fold, uniformBetween } from "../../random/index.ts"
import { AugmentError, checkRange, type Range, type Transform } from "./transform.ts"

export type IntensityParams = { readonly gain: number; readonly offset: number; readonly gamma: number }

/**
 * Changes contrast and brightness: x -> gain * (low + (high - low) * ((x - low) / (high - low))^gamma) + offset, where
 * low and high are the slice's own least and greatest pixel, so that any range of values may pass. The mask stays.
 *
 * @throws AugmentError when a range is not finite, `gain` is below 0, `gamma` is not above 0, or no range is given
 *
 * @example
 * ```ts
 * samples(dataset).pipe(augment([intensity({ gain: [0.9, 1.1], gamma: [0.8, 1.25] })], { seed: 1, epoch }))
 * ```
 */
export const intensity = (ranges: {
  readonly gain?: Range
  readonly offset?: Range
  readonly gamma?: Range
}): Transform<IntensityParams> => {
  const { gain = [1, 1], offset = [0, 0], gamma = [1, 1] } = ranges
  if (!(ranges.gain || ranges.offset || ranges.gamma)) {
    throw new AugmentError({
      transform: "intensity",
      reason: "changes nothing; give a range for gain, offset or gamma"
    })
  }
  checkRange("intensity", "gain", gain, { from: 0 })
  checkRange("intensity", "offset", offset)
  checkRange("intensity", "gamma", gamma, { above: 0 })
  return {
    name: "intensity",
    params: (key) => ({
      gain: uniformBetween(fold(key, "gain"), ...gain),
      offset: uniformBetween(fold(key, "offset"), ...offset),
      gamma: uniformBetween(fold(key, "gamma"), ...gamma)
    }),
    apply: (sample, params) => {
      const curve = params.gamma === 1 ? (x: number) => x : gammaCurve(sample.pixels, params.gamma)
      return { ...sample, pixels: sample.pixels.map((x) => params.gain * curve(x) + params.offset) }
    }
  }
}

const gammaCurve = (pixels: Float32Array, gamma: number): ((x: number) => number) => {
  let low = Infinity
  let high = -Infinity
  for (const x of pixels) {
    if (x < low) low = x
    if (x > high) high = x
  }
  const range = high - low
  return range > 0 ? (x) => low + range * ((x - low) / range) ** gamma : (x) => x
}
