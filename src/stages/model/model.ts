import type { Backend, EngineError } from "../../backend/backend.ts"
import type { Network } from "../../modules/networks/network.ts"
import type { ParamsError, ParamValues } from "../../modules/paramValues.ts"
import type { Case } from "../../volume/case.ts"
import type { Prediction } from "../../volume/prediction.ts"
import { countTargets, type Targets } from "../../volume/sample.ts"
import type { Plane } from "../../volume/slice.ts"
import type { LabelVolume } from "../../volume/volume.ts"
import { checkTargets } from "../checkChoice.ts"
import { type PostprocessSetting, postprocess } from "../postprocess/setting.ts"
import { type PredictError, type PredictOptions, predict } from "../predict.ts"
import { type CaseVolume, type RestackError, restack } from "../restack.ts"
import { type SliceOptions, slice } from "../slice.ts"
import type { Stage, StageError } from "../stage.ts"
import type { SlidingWindow } from "../tiles.ts"
import { type Window, window } from "../window.ts"

/** What is done to a CT before the network sees it, what its answer means, and what is done to that. */
export interface Preprocessing {
  readonly window: Window
  /** Default `"axial"`. */
  readonly plane?: Plane
  /** What of the plane is seen: `"scan"`, all (default), or the rectangle around the `"body"`. */
  readonly field?: NonNullable<SliceOptions["field"]>
  /** Default: one pixel a voxel. */
  readonly size?: readonly [height: number, width: number]
  /** The tiles through which slices are seen, where the network was trained on smaller images. Default: whole slices. */
  readonly tiles?: SlidingWindow
  /** Test-time flips, over which probabilities are averaged. Default: none. */
  readonly flips?: NonNullable<PredictOptions["flips"]>
  /** Of several, the network's classes exclude each other and the background is the first. */
  readonly target: Targets
  /** What a probability must exceed. Default 0.5. Of one target only. */
  readonly threshold?: number
  /** What is done to the mask of a whole CT, in order. Default: nothing. */
  readonly postprocess?: ReadonlyArray<PostprocessSetting>
}

/** A trained network with all that it takes to use it, as plain values. */
export interface Model {
  readonly network: Network
  readonly params: ParamValues
  readonly preprocessing: Preprocessing
  /** How it was trained, as plain data: for people. */
  readonly training: Readonly<Record<string, unknown>>
}

/** What may be chosen anew where a model is used. */
export type PredictCasesOptions = Pick<PredictOptions, "batchSize" | "flips" | "onFailure" | "threshold" | "window">

/**
 * The pipeline that a model was trained for, from a CT to its masks: window, slice, predict, restack, post-process.
 *
 * @example
 * ```ts
 * const model = await run(loadModel("runs/start/model"))
 * load("ct/", { labels: "ignored" }).pipe(segment(model), write("masks", { as: "nifti" }))
 * ```
 */
export const segment = (
  model: Model,
  options: PredictCasesOptions = {}
): Stage<
  Case,
  CaseVolume<LabelVolume>,
  StageError | PredictError | ParamsError | EngineError | RestackError,
  Backend
> => {
  const predicted = predictCases(model, options)
  const processed = postprocess(model.preprocessing.postprocess ?? [])
  return (self) => self.pipe(predicted, restack("mask"), processed)
}

/**
 * The first part of `segment`: window, slice, predict. It gives slices with their probabilities.
 *
 * @example
 * ```ts
 * const model = await run(loadModel("runs/start/model"))
 * load("ct/", { labels: "ignored" }).pipe(predictCases(model), restack("probabilities"))
 * ```
 */
export const predictCases = (
  { network, params, preprocessing }: Model,
  options: PredictCasesOptions = {}
): Stage<Case, Prediction, StageError | PredictError | ParamsError | EngineError, Backend> => {
  const { plane = "axial", field = "scan", size, target, threshold, tiles, flips } = preprocessing
  checkTargets("predictCases", target)
  const windowed = window(preprocessing.window)
  const sliced = slice({ plane, field, ...(size && { size }) })
  const activation = countTargets(target) === 1 ? "sigmoid" : "softmax"
  const trained = {
    ...(threshold !== undefined && { threshold }),
    ...(tiles && { window: tiles }),
    ...(flips && { flips })
  }
  const predicted = predict({ ...trained, ...options, network, params, activation })
  return (self) => self.pipe(windowed, sliced, predicted)
}
