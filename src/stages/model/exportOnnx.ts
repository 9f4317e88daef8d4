import { type Tensor4D, tensor } from "@tensorflow/tfjs-core"
import * as Effect from "effect/Effect"
import { starting } from "../../backend/service.ts"
import type { CompileError } from "../../compile/compileError.ts"
import { exportGraph } from "../../compile/exportGraph.ts"
import { NCHW } from "../../compile/layout.ts"
import { encodeOnnx } from "../../compile/onnx/encode.ts"
import { type Activation, classRefusal, probabilities } from "../../losses/activation.ts"
import type { InputShapeError } from "../../modules/errors.ts"
import { inference } from "../../modules/mode.ts"
import { checkValues, type ParamsError } from "../../modules/paramValues.ts"
import { mapSpec, type Params } from "../../modules/spec.ts"
import { VERSION } from "../../version.ts"
import { countTargets } from "../../volume/sample.ts"
import { type FileError, Files } from "../files.ts"
import { StageOptionError } from "../stageOptionError.ts"
import type { Model } from "./model.ts"

/** A model, or a network with parameters that nobody has said the preprocessing of. */
export type Exportable = Pick<Model, "network" | "params"> & Partial<Pick<Model, "preprocessing" | "training">>

export interface ExportOnnxOptions {
  /** Pixels of an image. Default: the size of the model's tiles, or of its slices where it has none. */
  readonly size?: readonly [height: number, width: number]
  /** What the file gives: numbers from 0 to 1, or what is before sigmoid or softmax. Default `"probabilities"`. */
  readonly output?: "probabilities" | "logits"
  /** What makes probabilities of logits. Default: `"softmax"` for a model of several targets, else `"sigmoid"`. */
  readonly activation?: Activation
}

/**
 * A trained network as an ONNX file, for ONNX Runtime in any language: plain operators of opset 17, batch normalisation folded
 * into the convolutions.
 *
 * - Input `image`, float32 [batch, 1, height, width]: CT windowed to [0, 1], min(max((HU - level) / width + 1/2, 0), 1).
 *   Any number of images.
 * - Output `probabilities` (or `logits`), float32 [batch, classes, height, width].
 * - Metadata, as text: `hepaflow` (its version), `network`, `config` (JSON), `height`, `width`, `activation`, and of a model
 *   `window_level` (`peak` where it is each CT's own, see `Window`), `window_width`, `plane`, `field`, `classes` (JSON, one name
 *   for each channel of the output), `threshold` and `training` (JSON).
 * - The file is the network alone. What `segment` does around it beside windowing is in the metadata as well, where a model
 *   has it: `tiles` (JSON), with `slice_height` and `slice_width` of what they cover, `flips` and `postprocess` (JSON).
 *
 * @throws CompileError for a network that cannot be compiled, ParamsError for parameters of another, InputShapeError for a size
 * that it cannot take, StageOptionError for options that make no file
 * @example
 * ```ts
 * const model = await run(loadModel("runs/start/model")) // run from "hepaflow/node"
 * const bytes = exportOnnx(model, { output: "logits" })
 * ```
 */
export const exportOnnx = (model: Exportable, options: ExportOnnxOptions = {}): Uint8Array => {
  const { network, params, preprocessing } = model
  const { output = "probabilities", activation = activationOf(model), size = seenSize(preprocessing) } = options
  if (size === undefined)
    throw refused("size", size, "a height and a width in pixels: the model's preprocessing has none")
  if (!size.every((side) => Number.isInteger(side) && side > 0))
    throw refused("size", size, "a height and a width in pixels")
  if (output !== "probabilities" && output !== "logits") throw refused("output", output, "probabilities or logits")
  checkValues(network.spec, params)
  network.check([1, ...size, 1])
  const forward = (images: Tensor4D) => {
    // The tracer reads these arrays and never writes into them.
    const tensors = mapSpec(network.spec, (leaf, path) =>
      tensor((params.get(path) as { readonly data: Float32Array }).data, [...leaf.shape], "float32")
    )
    const { logits } = network.forward(tensors as Params, images, inference)
    if (output === "logits") return logits
    const refusal = classRefusal(activation)(logits.shape[3])
    if (refusal !== undefined) throw refused("activation", activation, `another: ${refusal}`)
    return probabilities(logits, activation)
  }
  return encodeOnnx(
    exportGraph(forward, {
      inputs: [{ name: "image", shape: ["batch", ...size, 1], order: NCHW }],
      outputs: [{ name: output, order: NCHW }],
      metadata: metadataOf(model, size, activation)
    })
  )
}

/**
 * Writes a trained network into an ONNX file: `exportOnnx` for a path.
 *
 * Fails with a `FileError` where there is a file already, unless `overwrite` is true, and with what `exportOnnx` throws.
 *
 * @example
 * ```ts
 * await run(saveOnnx("liver.onnx", model)) // run from "hepaflow/node"
 * ```
 */
export const saveOnnx: (
  path: string,
  model: Exportable,
  options?: ExportOnnxOptions & { readonly overwrite?: boolean }
) => Effect.Effect<void, FileError | CompileError | ParamsError | InputShapeError | StageOptionError, Files> =
  Effect.fn("saveOnnx")(function* (path, model, options) {
    const files = yield* Files
    // Tracing makes itself tfjs's current engine for a while, as every use of an engine does.
    const bytes = yield* starting.withPermit(
      Effect.try({
        try: () => exportOnnx(model, options),
        catch: (error) => error as CompileError | ParamsError | InputShapeError | StageOptionError
      })
    )
    yield* files.write(path, bytes, options)
  })

/** What the network was trained on. */
const seenSize = (preprocessing: Exportable["preprocessing"]) => preprocessing?.tiles?.size ?? preprocessing?.size

const activationOf = ({ preprocessing }: Exportable): Activation =>
  preprocessing !== undefined && countTargets(preprocessing.target) > 1 ? "softmax" : "sigmoid"

const refused = (option: string, found: unknown, expected: string) =>
  new StageOptionError({ stage: "exportOnnx", option, found, expected })

const metadataOf = (
  { network, preprocessing, training }: Exportable,
  [height, width]: readonly [height: number, width: number],
  activation: Activation
): Readonly<Record<string, string>> => ({
  hepaflow: VERSION,
  network: network.name,
  config: JSON.stringify(network.config),
  height: String(height),
  width: String(width),
  activation,
  ...(preprocessing && {
    window_level: String(preprocessing.window.level),
    window_width: String(preprocessing.window.width),
    field: preprocessing.field ?? "scan",
    plane: preprocessing.plane ?? "axial",
    classes: JSON.stringify(classesOf(preprocessing)),
    ...aroundNetwork(preprocessing)
  }),
  ...(preprocessing &&
    countTargets(preprocessing.target) === 1 && { threshold: String(preprocessing.threshold ?? 0.5) }),
  ...(training && { training: JSON.stringify(training) })
})

const aroundNetwork = ({ size, tiles, flips, postprocess }: NonNullable<Exportable["preprocessing"]>) => ({
  ...(tiles && { tiles: JSON.stringify(tiles) }),
  ...(tiles && size && { slice_height: String(size[0]), slice_width: String(size[1]) }),
  ...(flips && { flips: JSON.stringify(flips) }),
  ...(postprocess && { postprocess: JSON.stringify(postprocess) })
})

/** What each channel of the output is the probability of. */
const classesOf = ({ target }: NonNullable<Exportable["preprocessing"]>): ReadonlyArray<string> =>
  countTargets(target) === 1 ? [target].flat() : ["background", ...target]
