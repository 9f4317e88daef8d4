import { type Tensor, tensor } from "@tensorflow/tfjs-core"
import { TaggedError } from "../errors.ts"
import { crc32 } from "../formats/crc32.ts"
import { readSafetensors, type SafeTensor, SafetensorsError, writeSafetensors } from "../formats/safetensors.ts"
import type { Network } from "../modules/networks/network.ts"
import { declared } from "../modules/spec.ts"
import type { TrainPosition, TrainTensors } from "./state.ts"

/** Numbers of one tensor, away from any engine. */
export interface Values {
  readonly shape: ReadonlyArray<number>
  readonly data: Float32Array
}

/** A whole training state as plain values: what a checkpoint holds. */
export interface Snapshot {
  readonly network: { readonly name: string; readonly config: object }
  readonly position: TrainPosition
  /** What must be the same for a resumed run to go on as before, such as the size of a batch. */
  readonly settings: Readonly<Record<string, unknown>>
  /** What is to be told of the last step before the run goes on, where it was stopped before anyone had heard of it. */
  readonly untold?: object
  /** By path, running statistics included. */
  readonly params: ReadonlyMap<string, Values>
  /** By slot, then by what the optimiser calls it: a path, or several together. */
  readonly optimizer: ReadonlyMap<string, ReadonlyMap<string, Values>>
}

/** A file that training cannot go on from: which, why, and what to do. */
export class CheckpointError extends TaggedError("CheckpointError")<{
  readonly file: string
  /**
   * `missing`: not there. `damaged`: not whole. `newer`, `older`: of another version. `foreign`: of something else, or of
   * another run.
   */
  readonly kind: "missing" | "damaged" | "newer" | "older" | "foreign"
  readonly reason: string
}> {
  override get message() {
    return `checkpoint ${this.file}: ${this.reason}; ${REMEDY[this.kind]}`
  }
}

const REMEDY: Record<CheckpointError["kind"], string> = {
  missing: "check the path, put it back, or train in another directory",
  damaged: "put a whole one in its place, or start anew in another directory",
  newer: "update hepaflow",
  older: "go on with the hepaflow that wrote it, or start anew in another directory",
  foreign: "choose another directory, or make it with the same options"
}

const FORMAT = "hepaflow-checkpoint"
/** Of version 1, optimisers remembered each weight by itself. */
const VERSION = 2

/**
 * A snapshot as the bytes of a safetensors file: tensors `params.PATH` and `optimizer.SLOT.NAME`, the rest as JSON in its
 * metadata, and a CRC-32 of names, shapes, numbers and JSON. The same snapshot gives the same bytes.
 */
export const encodeCheckpoint = (snapshot: Snapshot): Uint8Array<ArrayBuffer> => {
  const { network, position, settings, untold, params, optimizer } = snapshot
  const tensors = new Map([
    ...named("params.", params),
    ...[...optimizer].flatMap(([slot, values]) => [...named(`optimizer.${slot}.`, values)])
  ])
  const train = JSON.stringify({ network, position, settings, untold, slots: [...optimizer.keys()] })
  const metadata = new Map([
    ["format", FORMAT],
    ["version", String(VERSION)],
    ["train", train],
    ["crc32", String(checksum(train, tensors))]
  ])
  return writeSafetensors(tensors, { metadata })
}

/**
 * The snapshot of a checkpoint's bytes.
 *
 * @param file its name, for errors
 * @throws CheckpointError for bytes that are not a whole checkpoint of this version
 */
export const decodeCheckpoint = (bytes: Uint8Array, file: string): Snapshot => {
  const { tensors, metadata } = read(bytes, file)
  if (metadata.get("format") !== FORMAT) {
    throw new CheckpointError({ file, kind: "foreign", reason: "it is safetensors, but no checkpoint of training" })
  }
  const version = Number(metadata.get("version"))
  if (!Number.isInteger(version)) throw new CheckpointError({ file, kind: "damaged", reason: "it has no version" })
  if (version !== VERSION) {
    const reason = `it is of version ${version}, and this hepaflow reads version ${VERSION}`
    throw new CheckpointError({ file, kind: version > VERSION ? "newer" : "older", reason })
  }
  const train = metadata.get("train") ?? ""
  if (metadata.get("crc32") !== String(checksum(train, tensors))) {
    throw new CheckpointError({ file, kind: "damaged", reason: "its checksum is wrong" })
  }
  // The checksum vouches for the form.
  const { slots, ...plain } = JSON.parse(train) as Omit<Snapshot, "params" | "optimizer"> & {
    readonly slots: ReadonlyArray<string>
  }
  const under = (prefix: string) =>
    new Map(
      [...tensors].flatMap(([name, { shape, data }]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), { shape, data: data as Float32Array }]] : []
      )
    )
  const optimizer = new Map(slots.map((slot) => [slot, under(`optimizer.${slot}.`)]))
  return { ...plain, params: under("params."), optimizer }
}

/**
 * Checks that a snapshot is of this network.
 *
 * @throws CheckpointError where name, configuration or a parameter differ
 */
export const checkNetwork = (snapshot: Snapshot, network: Network, file: string): void => {
  const [found, expected] = [snapshot.network, network].map(({ name, config }) => `${name} ${JSON.stringify(config)}`)
  const refuse = (reason: string) => {
    throw new CheckpointError({ file, kind: "foreign", reason })
  }
  if (found !== expected) refuse(`it is of ${found}, not of ${expected}`)
  const leaves = declared(network.spec)
  for (const [path, { shape }] of leaves) {
    if (snapshot.params.get(path)?.shape.join() !== shape.join()) refuse(`it has no ${path} of [${shape.join(", ")}]`)
  }
  if (snapshot.params.size !== leaves.length) refuse("it has parameters that the network has not")
}

/** The tensors of a snapshot, on the engine that is current; the order of names is that of the snapshot. */
export const restore = ({ params, optimizer }: Pick<Snapshot, "params" | "optimizer">): TrainTensors => {
  const make = (values: ReadonlyMap<string, Values>) =>
    Object.fromEntries([...values].map(([path, { shape, data }]): [string, Tensor] => [path, tensor(data, [...shape])]))
  return {
    params: make(params),
    optimizer: Object.fromEntries([...optimizer].map(([slot, values]) => [slot, make(values)]))
  }
}

const named = (prefix: string, values: ReadonlyMap<string, Values>): ReadonlyArray<readonly [string, SafeTensor]> =>
  [...values].map(([path, { shape, data }]) => [prefix + path, { dtype: "F32", shape, data }])

const read = (bytes: Uint8Array, file: string) => {
  try {
    return readSafetensors(bytes, file)
  } catch (cause) {
    if (!(cause instanceof SafetensorsError)) throw cause
    throw new CheckpointError({ file, kind: "damaged", reason: cause.reason, cause })
  }
}

const checksum = (text: string, tensors: ReadonlyMap<string, SafeTensor>): number => {
  const encoder = new TextEncoder()
  return [...tensors]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .reduce(
      (crc, [name, { shape, data }]) => {
        const named = crc32(encoder.encode(`\n${name} ${shape}\n`), crc)
        return crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), named)
      },
      crc32(encoder.encode(text))
    )
}
