import { reasonOf, TaggedError } from "../../errors.ts"
import { crc32 } from "../../formats/crc32.ts"
import { readSafetensors, writeSafetensors } from "../../formats/safetensors.ts"
import { type Networks, networkNamed } from "../../modules/networks/registry.ts"
import { checkValues, type ParamValues } from "../../modules/paramValues.ts"
import { plainText } from "../description.ts"
import { StageOptionError } from "../stageOptionError.ts"
import { type Model, segment } from "./model.ts"

/** A folder that no model can be made of, or a model that no folder can hold: which, why, and what to do. */
export class ModelError extends TaggedError("ModelError")<{
  readonly folder: string
  /**
   * `damaged`: not as it was written. `newer`: of a later version. `foreign`: no model, or of a network unknown here.
   * `unsavable`: it would not come back as it is.
   */
  readonly kind: "damaged" | "newer" | "foreign" | "unsavable"
  readonly reason: string
}> {
  override get message() {
    return `model ${this.folder}: ${this.reason}; ${REMEDY[this.kind]}`
  }
}

const REMEDY: Record<ModelError["kind"], string> = {
  damaged: "save or copy it again",
  newer: "update hepaflow",
  foreign: "check the path, and give loadModel the networks of your own",
  unsavable: "mend it before it is saved"
}

export const WEIGHTS_FILE = "weights.safetensors"
export const MODEL_FILE = "model.json"

const FORMAT = "hepaflow-model"
const VERSION = 1

/** The files of a model: its weights, and all else as JSON, each with a CRC-32. */
export interface ModelFiles {
  readonly weights: Uint8Array
  readonly json: Uint8Array
}

/**
 * A model as the bytes of its files. The same model gives the same bytes.
 *
 * @param folder its name, for errors
 * @throws ParamsError where the parameters are not those of the network, StageOptionError for preprocessing that makes no
 * pipeline, ModelError for what would not come back as it is
 */
export const encodeModel = (model: Model, folder: string): ModelFiles => {
  const { network, params, preprocessing, training } = model
  checkValues(network.spec, params)
  segment(model)
  const lost = lostIn({ config: network.config, preprocessing }) ?? notFinite(params)
  if (lost !== undefined) throw new ModelError({ folder, kind: "unsavable", reason: lost })
  const tensors = [...params].map(([path, { data, shape }]) => [path, { dtype: "F32", shape, data }] as const)
  const weights = writeSafetensors(new Map(tensors))
  const content = { network: { name: network.name, config: network.config }, preprocessing, training }
  const checksums = { weights: crc32(weights), content: checksumOf(content) }
  const json = { format: FORMAT, version: VERSION, ...content, checksums }
  return { weights, json: new TextEncoder().encode(`${JSON.stringify(json, null, 2)}\n`) }
}

/**
 * The model of the bytes of its files.
 *
 * @param folder its name, for errors
 * @param own networks beside those of this library, by the name that they carry
 * @throws ModelError for bytes that are not a whole model of this version, or of an unknown network
 */
export const decodeModel = ({ json, weights }: ModelFiles, folder: string, own: Networks = {}): Model => {
  const refuse = (kind: ModelError["kind"], reason: string, cause?: unknown): never => {
    throw new ModelError({ folder, kind, reason, cause })
  }
  const attempt = <A>(kind: ModelError["kind"], what: string, f: () => A): A => {
    try {
      return f()
    } catch (cause) {
      return refuse(kind, `${what}: ${reasonOf(cause)}`, cause)
    }
  }
  const read = attempt("damaged", `${MODEL_FILE} is no JSON`, (): Partial<ModelJson> | null =>
    JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json))
  )
  if (read?.format !== FORMAT) return refuse("foreign", `${MODEL_FILE} does not describe a model of hepaflow`)
  if (read.version !== VERSION) {
    const kind = Number(read.version) > VERSION ? "newer" : "damaged"
    return refuse(kind, `it is of version ${read.version}, and this hepaflow reads version ${VERSION}`)
  }
  const { checksums, network, preprocessing, training } = read as ModelJson
  if (checksums?.content !== checksumOf({ network, preprocessing, training })) {
    return refuse("damaged", `the checksum of ${MODEL_FILE} is wrong: it was changed or cut off`)
  }
  if (checksums.weights !== crc32(weights)) {
    return refuse("damaged", `the checksum of ${WEIGHTS_FILE} is wrong: it is of another model, changed or cut off`)
  }
  // The checksums vouch for the form of all that follows.
  const made = attempt("foreign", "its network", () => networkNamed(network.name, network.config, own))
  const { tensors } = readSafetensors(weights, `${folder}/${WEIGHTS_FILE}`)
  const params: ParamValues = new Map(
    [...tensors].map(([path, { data, shape }]) => [path, { shape, data: data as Float32Array }] as const)
  )
  attempt("foreign", `its weights are not those of ${network.name} as it is here`, () => checkValues(made.spec, params))
  const model = { network: made, params, preprocessing, training }
  try {
    segment(model)
  } catch (cause) {
    // A stage that is unknown here may be one of a later version, which wrote no other format for it.
    const kind = cause instanceof StageOptionError && cause.option === "kind" ? "newer" : "damaged"
    return refuse(kind, `its preprocessing makes no pipeline: ${reasonOf(cause)}`, cause)
  }
  return model
}

/** What JSON would not give back as it is, by its first two names. */
const lostIn = (parts: Readonly<Record<string, object>>): string | undefined => {
  for (const [part, options] of Object.entries(parts)) {
    for (const [option, value] of Object.entries(options)) {
      if (!isKept(value))
        return `its ${part}.${option} holds something that JSON does not keep, such as NaN or a function`
    }
  }
  return undefined
}

const isKept = (value: unknown): boolean => {
  const text = plainText(value)
  return value === undefined || (text !== undefined && text === plainText(JSON.parse(JSON.stringify(value))))
}

const notFinite = (params: ParamValues): string | undefined => {
  for (const [path, { data }] of params) if (!data.every(Number.isFinite)) return `its ${path} is not finite`
  return undefined
}

interface ModelJson extends Pick<Model, "preprocessing" | "training"> {
  readonly format: string
  readonly version: number
  readonly network: { readonly name: string; readonly config: object }
  readonly checksums?: { readonly weights: number; readonly content: number }
}

/** Of the values, so that a file may be laid out anew. */
const checksumOf = (content: object): number => crc32(new TextEncoder().encode(JSON.stringify(content)))
