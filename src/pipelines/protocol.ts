import type { PostprocessSetting } from "../stages/postprocess/setting.ts"
import type { PredictOptions } from "../stages/predict.ts"
import type { SliceOptions } from "../stages/slice.ts"
import type { Ratios } from "../stages/split.ts"
import type { SlidingWindow } from "../stages/tiles.ts"
import type { TrainOptions } from "../stages/train/trainOptions.ts"
import { WINDOWS, type Window } from "../stages/window.ts"
import type { Target } from "../volume/sample.ts"
import type { LossSetting, OptimizerSetting, ScheduleSetting, TransformSetting } from "./settings.ts"

/**
 * All that is decided before a network is trained and scored on a cohort, as plain data: it can be written down, compared, and
 * is part of the address of a result.
 */
export interface Protocol {
  readonly window: Window
  /** What of a slice the network sees: all that was scanned (default), or the rectangle around the body. */
  readonly field?: NonNullable<SliceOptions["field"]>
  /** Height and width of the axial slices that the network sees. */
  readonly size: readonly [height: number, width: number]
  /** The slices to train and validate on. The test is always on all slices of its patients. */
  readonly keep: NonNullable<SliceOptions["keep"]>
  readonly target: Target
  /** Whole patients, those with a tumour spread in proportion: by shares, or as one fold (from 0) of several. */
  readonly split: SplitSetting
  /** Of initial parameters, order, augmentation and dropout; not of the split, so that seeds are tested on the same patients. */
  readonly seed: number
  readonly epochs: number
  readonly batchSize: number
  /** Images that the engine takes at once. Default: all of the batch. */
  readonly microBatchSize?: number
  readonly optimizer: OptimizerSetting
  readonly schedule: ScheduleSetting
  readonly loss: LossSetting
  /** alpha of Eq. 7, for networks with an auxiliary head. */
  readonly auxiliaryWeight: number
  readonly sampling: NonNullable<TrainOptions["sampling"]>
  readonly augmentation: ReadonlyArray<TransformSetting>
  /** What chooses the best epoch. */
  readonly monitor: NonNullable<TrainOptions["monitor"]>
  /** Ends training when the score has not improved for so many epochs. Default: never. */
  readonly patience?: number
  /** Whether the epoch with the best validation is tested, or the last one. Without validation patients it is the last. */
  readonly tested: "best" | "last"
  /** The tiles through which slices are tested, where training crops are smaller. Default: whole slices. */
  readonly tiles?: SlidingWindow
  /** Test-time flips, over which probabilities are averaged. Default: none. */
  readonly flips?: NonNullable<PredictOptions["flips"]>
  /** What a probability must exceed to be marked. */
  readonly threshold: number
  /** What is done to the restacked mask before it is scored in voxels, in order. */
  readonly postprocess: ReadonlyArray<PostprocessSetting>
}

export type SplitSetting =
  | { readonly ratios: Ratios; readonly seed: number }
  | { readonly fold: number; readonly folds: number; readonly seed: number }

/**
 * The paper's settings entire: 256 x 256 x 1, patients 8:1:1, SGD of rate 0.05 with momentum 0.9 and weight decay 4e-4, poly
 * decay of power 0.9, Dice loss with an auxiliary one, no augmentation, no post-processing.
 *
 * The paper does not give its window ([-200, 250] HU here), which slices it trains on (those with liver), alpha (0.4), batch
 * (8), epochs (50), seeds, nor how it chooses among epochs (the best pooled Dice of the validation patients).
 *
 * Source: Wang et al., Quant Imaging Med Surg 2024;14(7):4825-4839, "Experimental environment".
 *
 * @example
 * ```ts
 * const smaller: Protocol = { ...agcafProtocol, size: [96, 96], epochs: 12 }
 * ```
 */
export const agcafProtocol: Protocol = {
  window: WINDOWS.lits,
  size: [256, 256],
  keep: "liver",
  target: "tumor",
  split: { ratios: [8, 1, 1], seed: 1 },
  seed: 1,
  epochs: 50,
  batchSize: 8,
  optimizer: { kind: "sgd", learningRate: 0.05, momentum: 0.9, weightDecay: 4e-4 },
  schedule: { kind: "poly", power: 0.9 },
  loss: { kind: "dice" },
  auxiliaryWeight: 0.4,
  sampling: "uniform",
  augmentation: [],
  monitor: "dicePooled",
  tested: "best",
  threshold: 0.5,
  postprocess: []
}

/**
 * Settings that find most of a phantom's tumours within minutes on two cores: the body alone at about half the paper's
 * resolution, a window about each patient's own liver, AdamW, and a loss that has a slope everywhere: Dice alone has none
 * where nothing is found yet. For a real cohort they are a quick first look, not the paper's.
 */
export const quickProtocol: Protocol = {
  ...agcafProtocol,
  window: { level: "peak", width: 200 },
  field: "body",
  size: [80, 112],
  split: { ratios: [15, 1, 4], seed: 1 },
  epochs: 13,
  batchSize: 4,
  optimizer: { kind: "adamW", learningRate: 5e-3, weightDecay: 0.05 },
  schedule: { kind: "poly", power: 0.9, warmUp: 20 },
  loss: {
    kind: "sum",
    terms: [
      [1, { kind: "binaryCrossEntropy", positiveWeight: 5 }],
      [1, { kind: "tversky", falsePositives: 0.3, falseNegatives: 0.7 }]
    ]
  },
  sampling: "balanced",
  // Of few patients, turned and of other sizes, it learns more than of the same ones again. Intensities stay: the window has made
  // livers alike, and a tumour at the liver's edge differs from muscle by little.
  augmentation: [
    { kind: "flip", axis: "horizontal", probability: 0.25 },
    { kind: "flip", axis: "vertical", probability: 0.25 },
    { kind: "rotate", degrees: [-15, 15] },
    { kind: "scale", factors: [0.85, 1.18] }
  ],
  // One patient says little about which epoch is best, and at the end the rate is next to nothing.
  tested: "last",
  postprocess: [{ kind: "removeSmall", mm3: 100 }]
}
