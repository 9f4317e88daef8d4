import { type PostprocessSetting, postprocess } from "../stages/postprocess/setting.ts"
import type { SlidingWindow } from "../stages/tiles.ts"
import type { Window } from "../stages/window.ts"
import { TARGETS } from "../volume/sample.ts"
import { anything, type Check, kinds, list, number, object, oneOf, optional, pair } from "./plainData.ts"
import type { Protocol, SplitSetting } from "./protocol.ts"
import type { LossSetting, OptimizerSetting, ScheduleSetting, TransformSetting } from "./settings.ts"

const split: Check = (found, place) => {
  const ofFolds =
    typeof found === "object" && found !== null && !("ratios" in found) && ("fold" in found || "folds" in found)
  return (ofFolds ? fold : shares)(found, place)
}
const shares = object<Extract<SplitSetting, { readonly ratios: unknown }>>({ ratios: anything, seed: number })
const fold = object<Extract<SplitSetting, { readonly fold: unknown }>>({ fold: number, folds: number, seed: number })

const adam = {
  learningRate: number,
  beta1: optional(number),
  beta2: optional(number),
  epsilon: optional(number),
  weightDecay: optional(number)
}

const overlap = { activation: optional(anything), reduction: optional(anything), epsilon: optional(number) }

// Losses look at their own choices.
const loss: Check = kinds<LossSetting>({
  dice: { ...overlap, denominator: optional(anything) },
  binaryCrossEntropy: { positiveWeight: optional(number) },
  focal: { activation: optional(anything), gamma: optional(number), positiveFraction: optional(number) },
  tversky: { ...overlap, falsePositives: optional(number), falseNegatives: optional(number) },
  sum: { terms: list(pair(number, (found, place) => loss(found, place))) }
})

const schedule = { per: optional(oneOf("step", "epoch")), warmUp: optional(number) }

const range = pair(number, number)
const chance = optional(number)

const maskStage = kinds<PostprocessSetting>({
  keepLargest: { neighbourhood: optional(number) },
  removeSmall: { mm3: optional(number), voxels: optional(number), neighbourhood: optional(number) }
})

/** Refuses what is no protocol as plain data: a key or a kind that is unknown, a setting that is missing. */
export const checkShape = object<Protocol>({
  window: object<Window>({ level: anything, width: number }),
  field: optional(anything),
  size: pair(number, number),
  keep: anything,
  target: oneOf(...TARGETS),
  split,
  seed: number,
  epochs: number,
  batchSize: number,
  microBatchSize: optional(number),
  optimizer: kinds<OptimizerSetting>({
    sgd: { learningRate: number, momentum: number, weightDecay: number },
    adam,
    adamW: adam
  }),
  schedule: kinds<ScheduleSetting>({
    constant: schedule,
    poly: { ...schedule, power: number },
    cosine: { ...schedule, floor: optional(number) }
  }),
  loss,
  auxiliaryWeight: number,
  sampling: anything,
  augmentation: list(
    kinds<TransformSetting>({
      crop: {
        size: pair(number, number),
        around: optional(oneOf("anywhere", "mask")),
        resize: optional(oneOf(true, false)),
        chance
      },
      elastic: { cells: optional(number), strength: optional(number), chance },
      flip: { axis: oneOf("horizontal", "vertical"), probability: optional(number), chance },
      intensity: { gain: optional(range), offset: optional(range), gamma: optional(range), chance },
      noise: { sigma: range, chance },
      rotate: { degrees: range, chance },
      rotate90: { chance },
      scale: { factors: range, chance }
    })
  ),
  monitor: anything,
  patience: optional(number),
  tested: oneOf("best", "last"),
  tiles: optional(object<SlidingWindow>({ size: pair(number, number), overlap: optional(number) })),
  flips: optional(list(anything)),
  threshold: number,
  postprocess: list((found, place) => {
    // It has more to say of stages that are no settings.
    const { kind } = { ...(found as { readonly kind?: unknown } | null) }
    if (typeof kind === "string" && kind !== "keepLargest" && kind !== "removeSmall") {
      postprocess([found as PostprocessSetting])
    }
    maskStage(found, place)
  })
})
