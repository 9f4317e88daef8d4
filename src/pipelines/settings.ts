import { binaryCrossEntropy } from "../losses/crossEntropy.ts"
import { type DiceOptions, dice } from "../losses/dice.ts"
import { type FocalOptions, focal } from "../losses/focal.ts"
import type { Loss } from "../losses/loss.ts"
import { type TverskyOptions, tversky } from "../losses/tversky.ts"
import { weightedSum } from "../losses/weightedSum.ts"
import { type AdamOptions, adam, adamW } from "../optim/adam.ts"
import type { Optimizer } from "../optim/optimizer.ts"
import { constant, cosine, perEpoch, poly, type Schedule, warmUp } from "../optim/schedule.ts"
import { sgd } from "../optim/sgd.ts"
import { crop } from "../stages/augment/crop.ts"
import { elastic } from "../stages/augment/elastic.ts"
import { flip } from "../stages/augment/flip.ts"
import { intensity } from "../stages/augment/intensity.ts"
import { noise } from "../stages/augment/noise.ts"
import { rotate } from "../stages/augment/rotate.ts"
import { rotate90 } from "../stages/augment/rotate90.ts"
import { scale } from "../stages/augment/scale.ts"
import { sometimes } from "../stages/augment/sometimes.ts"
import type { Transform } from "../stages/augment/transform.ts"

// What a protocol names as plain data, and the functions that are meant. Optional numbers have the defaults of these.

/** Plain options: what could also be a tensor is a number here. */
type Plain<Options> = { readonly [K in keyof Options]: Extract<Options[K], string | number | boolean | undefined> }

export type LossSetting =
  | ({ readonly kind: "dice" } & DiceOptions)
  | { readonly kind: "binaryCrossEntropy"; readonly positiveWeight?: number }
  | ({ readonly kind: "focal" } & Plain<FocalOptions>)
  | ({ readonly kind: "tversky" } & Plain<TverskyOptions>)
  | { readonly kind: "sum"; readonly terms: ReadonlyArray<readonly [weight: number, loss: LossSetting]> }

/** The loss that a setting means. */
export const lossOf = (setting: LossSetting): Loss => {
  if (setting.kind === "sum") return weightedSum(setting.terms.map(([weight, loss]) => [weight, lossOf(loss)]))
  switch (setting.kind) {
    case "dice":
      return dice(optionsOf(setting))
    case "binaryCrossEntropy":
      return binaryCrossEntropy(optionsOf(setting))
    case "focal":
      return focal(optionsOf(setting))
    case "tversky":
      return tversky(optionsOf(setting))
  }
}

export type OptimizerSetting = { readonly learningRate: number } & (
  | { readonly kind: "sgd"; readonly momentum: number; readonly weightDecay: number }
  | ({ readonly kind: "adam" | "adamW" } & Plain<AdamOptions>)
)

/** The optimiser that a setting means; its learning rate is the schedule's matter. */
export const optimizerOf = (setting: OptimizerSetting): Optimizer => {
  const { learningRate, ...rest } = setting
  if (rest.kind === "sgd") return sgd(optionsOf(rest)) as Optimizer
  return (rest.kind === "adam" ? adam(optionsOf(rest)) : adamW(optionsOf(rest))) as Optimizer
}

export type ScheduleSetting = (
  | { readonly kind: "constant" }
  | { readonly kind: "poly"; readonly power: number }
  | { readonly kind: "cosine"; readonly floor?: number }
) & {
  /** Whether the rate falls from step to step (AGPCNet's code) or from epoch to epoch (the paper's wording). Default `"step"`. */
  readonly per?: "step" | "epoch"
  /** Steps over which the rate rises to its own. Default 0. */
  readonly warmUp?: number
}

/** The learning rate of each step of a run. */
export const scheduleOf = (
  setting: ScheduleSetting,
  run: { readonly learningRate: number; readonly steps: number; readonly epochs: number }
): Schedule => {
  const { learningRate, steps, epochs } = run
  const total = setting.per === "epoch" ? epochs : steps
  const decay = (): Schedule => {
    switch (setting.kind) {
      case "constant":
        return constant(learningRate)
      case "poly":
        return poly(learningRate, { total, power: setting.power })
      case "cosine":
        return cosine(learningRate, { total, floor: setting.floor ?? 0 })
    }
  }
  const rate = setting.per === "epoch" ? perEpoch(decay(), { iterations: steps / epochs }) : decay()
  return setting.warmUp === undefined || setting.warmUp === 0 ? rate : warmUp(rate, { steps: setting.warmUp })
}

const TRANSFORMS = { crop, elastic, flip, intensity, noise, rotate, rotate90, scale } as const

type TransformOptions<K extends keyof typeof TRANSFORMS> =
  Parameters<(typeof TRANSFORMS)[K]> extends [] ? object : NonNullable<Parameters<(typeof TRANSFORMS)[K]>[0]>

export type TransformSetting = {
  readonly [K in keyof typeof TRANSFORMS]: { readonly kind: K; readonly chance?: number } & TransformOptions<K>
}[keyof typeof TRANSFORMS]

/** The augmentation that a setting means; with a `chance` it happens to so many of the images. */
export const transformOf = ({ chance, ...setting }: TransformSetting): Transform => {
  const make = TRANSFORMS[setting.kind] as (options: object) => Transform
  const transform = make(optionsOf(setting))
  return chance === undefined ? transform : (sometimes(chance, transform) as Transform)
}

/** A setting without its name; functions refuse options that they do not know. */
const optionsOf = <S extends { readonly kind: string }>({ kind, ...options }: S): Omit<S, "kind"> => options
