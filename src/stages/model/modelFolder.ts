import { TaggedError } from "../../errors.ts"
import { crc32 } from "../../formats/crc32.ts"
import { readSafetensors, writeSafetensors } from "../../formats/safetensors.ts"
import { type Networks, networkNamed } from "../../modules/networks/registry.ts"
import { checkValues, type ParamValues } from "../../modules/paramValues.ts"
import type { Model } from "./model.ts"

/** A folder that no model can be made of: which, why, and what to do. */
export class ModelError extends TaggedError("ModelError")<{
  readonly folder: string
  /** `damaged`: not as it was written. `newer`: of a later version. `foreign`: no model, or of a network unknown here. */
  readonly kind: "damaged" | "newer" | "foreign"
  readonly reason: string
}> {
  override get message() {
    return `model ${this.folder}: ${this.reason}; ${REMEDY[this.kind]}`
  }
}

const REMEDY: Record<ModelError["kind"], string> = {
  damaged: "save or copy it again",
  newer: "update hepaflow",
  foreign: "check the path, and give loadModel the networks of your own"
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
 * @throws ParamsError where the parameters are not those of the network
 */
export const encodeModel = ({ network, params, preprocessing, training }: Model): ModelFiles => {
  checkValues(network.spec, params)
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
      return refuse(kind, `${what}: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
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
  return { network: made, params, preprocessing, training }
}

interface ModelJson extends Pick<Model, "preprocessing" | "training"> {
  readonly format: string
  readonly version: number
  readonly network: { readonly name: string; readonly config: object }
  readonly checksums?: { readonly weights: number; readonly content: number }
}

/** Of the values, so that a file may be laid out anew. */
const checksumOf = (content: object): number => crc32(new TextEncoder().encode(JSON.stringify(content)))
