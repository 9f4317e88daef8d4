// A network, its numbers, and a step of training.
import "./engine.ts"
import { ones, type Tensor2D, type Tensor4D, zeros } from "@tensorflow/tfjs-core"
import { weightsOf } from "../../../src/modules/params.ts"
import { valuesOf } from "../../../src/modules/paramValues.ts"
import { initialize } from "../../../src/modules/spec.ts"
import { sgd } from "../../../src/optim/sgd.ts"
import { key } from "../../../src/random/index.ts"
import { flip } from "../../../src/stages/augment/flip.ts"
import type { Model } from "../../../src/stages/model/model.ts"
import { WINDOWS } from "../../../src/stages/window.ts"
import { flatParams } from "../../../src/training/state.ts"
import { twoLayers } from "../../support/twoLayers.ts"

export { twoLayers }
export const network = twoLayers()
export const params = initialize(key(1), network.spec)
export const model: Model = {
  network,
  params: await valuesOf(params),
  preprocessing: { window: WINDOWS.lits, size: [32, 32], target: "tumor" },
  training: {}
}
export const transforms = [flip({ axis: "vertical" })]
export const epoch = 0
export const x: Tensor4D = zeros([1, 32, 32, 1])
export const weights: Tensor2D = ones([4, 3])
export const images: Tensor4D = zeros([2, 32, 32, 1])
export const masks: Tensor4D = ones([2, 32, 32, 1])

const flat = flatParams(network.spec, params)
export const state = { params: flat, optimizer: sgd({ momentum: 0.9 }).init(weightsOf(network.spec, flat)) }
