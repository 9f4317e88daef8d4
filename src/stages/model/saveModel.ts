import * as Effect from "effect/Effect"
import type { ParamsError } from "../../modules/paramValues.ts"
import { type FileError, Files, joinPath } from "../files.ts"
import type { StageOptionError } from "../stageOptionError.ts"
import type { Model } from "./model.ts"
import { encodeModel, MODEL_FILE, type ModelError, WEIGHTS_FILE } from "./modelFolder.ts"

/**
 * Writes a trained network into one folder, which is made where it is missing: `weights.safetensors`, by the paths of its
 * parameters, and `model.json`, with the network's name and options, the preprocessing, how it was trained, and checksums.
 *
 * A folder that is left half-written is refused by `loadModel`. Fails with a `FileError` where there is a model already, unless
 * `overwrite` is true, with a `ParamsError` for parameters that are not the network's, and with a `StageOptionError` or a
 * `ModelError` for a model that makes no pipeline, or that would come back as another: numbers must be finite.
 *
 * @example
 * ```ts
 * const preprocessing = { window: WINDOWS.lits, size: [256, 256], target: "tumor" } as const
 * const model = { network, params: await valuesOf(params), preprocessing, training: { epochs: 40 } }
 * await run(saveModel("runs/first/model", model)) // run from "hepaflow/node"
 * ```
 */
export const saveModel: (
  folder: string,
  model: Model,
  options?: { readonly overwrite?: boolean }
) => Effect.Effect<void, FileError | ParamsError | StageOptionError | ModelError, Files> = Effect.fn("saveModel")(
  function* (folder, model, options) {
    const files = yield* Files
    const { json, weights } = yield* Effect.try({
      try: () => encodeModel(model, folder),
      catch: (error) => error as ParamsError | StageOptionError | ModelError
    })
    yield* files.makeDirectory(folder)
    // What describes the weights comes last, so that it never vouches for weights that are not there.
    yield* files.write(joinPath(folder, WEIGHTS_FILE), weights, options)
    yield* files.write(joinPath(folder, MODEL_FILE), json, options)
  }
)
