import type { Backend, EngineError } from "../../backend/backend.ts"
import type { Network } from "../../modules/networks/network.ts"
import type { ParamsError, ParamValues } from "../../modules/paramValues.ts"
import type { Case } from "../../volume/case.ts"
import type { Prediction } from "../../volume/prediction.ts"
import { countTargets, type Targets } from "../../volume/sample.ts"
import type { Plane } from "../../volume/slice.ts"
import { type PredictError, type PredictOptions, predict } from "../predict.ts"
import { slice } from "../slice.ts"
import type { Stage, StageError } from "../stage.ts"
import type { SlidingWindow } from "../tiles.ts"
import { type Window, window } from "../window.ts"

/** What was done to a CT before the network saw it, and what its answer means. */
export interface Preprocessing {
  readonly window: Window
  /** Default `"axial"`. */
  readonly plane?: Plane
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
}

/** A trained network with all that it takes to use it, as plain values. */
export interface Model {
  readonly network: Network
  readonly params: ParamValues
  readonly preprocessing: Preprocessing
  /** How it was trained, as plain data: for people. */
  readonly training: Readonly<Record<string, unknown>>
}

/**
 * The pipeline that a model was trained for: window, slice, predict.
 *
 * @example
 * ```ts
 * const model = await run(loadModel("runs/start/model"))
 * load("ct/", { labels: "ignored" }).pipe(predictCases(model), restack("mask"), write("masks", { as: "nifti" }))
 * ```
 */
export const predictCases = (
  { network, params, preprocessing }: Model,
  options: Pick<PredictOptions, "batchSize" | "flips" | "onFailure" | "threshold" | "window"> = {}
): Stage<Case, Prediction, StageError | PredictError | ParamsError | EngineError, Backend> => {
  const { plane = "axial", size, target, threshold, tiles, flips } = preprocessing
  const windowed = window(preprocessing.window)
  const sliced = slice({ plane, ...(size && { size }) })
  const activation = countTargets(target) === 1 ? "sigmoid" : "softmax"
  const trained = {
    ...(threshold !== undefined && { threshold }),
    ...(tiles && { window: tiles }),
    ...(flips && { flips })
  }
  const predicted = predict({ ...trained, ...options, network, params, activation })
  return (self) => self.pipe(windowed, sliced, predicted)
}
