import * as Effect from "effect/Effect"
import type { Networks } from "../../modules/networks/registry.ts"
import { type FileError, Files, joinPath } from "../files.ts"
import type { Model } from "./model.ts"
import { decodeModel, MODEL_FILE, ModelError, WEIGHTS_FILE } from "./modelFolder.ts"

/**
 * Reads the folder of `saveModel`: the network with its parameters, and what it takes to prepare a CT for it.
 *
 * Fails with a `ModelError` for a folder that holds no model, one of a later version, of an unknown network, or one that is not
 * as it was written.
 *
 * @example
 * ```ts
 * const model = await run(loadModel("model", { networks: { twoLayers } })) // run from "hepaflow/node"
 * load("ct/", { labels: "ignored" }).pipe(segment(model))
 * ```
 */
export const loadModel: (
  folder: string,
  options?: {
    /** Networks of one's own, by the name that they carry. */
    readonly networks?: Networks
  }
) => Effect.Effect<Model, ModelError | FileError, Files> = Effect.fn("loadModel")(function* (folder, options) {
  const files = yield* Files
  const [json, weights] = [joinPath(folder, MODEL_FILE), joinPath(folder, WEIGHTS_FILE)]
  for (const path of [json, weights]) {
    if ((yield* files.stat(path)) === undefined) {
      return yield* Effect.fail(new ModelError({ folder, kind: "foreign", reason: `there is no ${path}` }))
    }
  }
  const bytes = { json: yield* files.read(json), weights: yield* files.read(weights) }
  return yield* Effect.try({
    try: () => decodeModel(bytes, folder, options?.networks),
    catch: (error) => error as ModelError
  })
})
