import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Sample } from "../../volume/index.ts"
import type { FileError, OpenFile } from "../files.ts"
import { CacheError } from "./cacheError.ts"
import type { CacheIndex, Place } from "./cacheIndex.ts"
import { checksum } from "./checksum.ts"
import { countCases, type Dataset, type PackedSample } from "./dataset.ts"
import { decodeSample } from "./sampleCodec.ts"

/** Enough that the disk reads one sample while another is decoded. */
const READ_AHEAD = 4

/** Records kept in memory, by the place of their sample, until a number of bytes is reached; then none is added. */
export interface Memory {
  readonly keep: (place: number, bytes: Uint8Array) => boolean
  readonly get: (place: number) => Uint8Array | undefined
}

export const makeMemory = (budget: number): Memory => {
  const records = new Map<number, Uint8Array>()
  let used = 0
  return {
    get: (place) => records.get(place),
    keep: (place, bytes) => {
      if (records.has(place)) return true
      if (used + bytes.length > budget) return false
      used += bytes.length
      records.set(place, bytes)
      return true
    }
  }
}

/** The files that hold the records, one after another. */
export interface Shards {
  /** Their folder, for errors. */
  readonly where: string
  readonly open: (shard: number) => Effect.Effect<OpenFile, FileError, Scope.Scope>
}

const MEMORY_ONLY: Shards = { where: "memory", open: (shard) => Effect.die(`shard ${shard} is in memory alone`) }

/**
 * The dataset of an index whose records are in memory or, where there is a directory, in its shards. Epochs draw every
 * sample once, so what is in memory stays there: to replace it by what came last would help nobody.
 */
export const datasetOf = (
  { info, places }: Pick<CacheIndex, "info" | "places">,
  memory: Memory,
  shards: Shards = MEMORY_ONLY
): Dataset => {
  const record = (shard: ReadShard, place: number): Effect.Effect<PackedSample, CacheError | FileError> => {
    const at = places[place]
    if (at === undefined) return Effect.fail(absent(shards, place, places.length))
    const packed = (bytes: Uint8Array): PackedSample => ({
      info: info[place],
      unpack: (pixels, mask) => decodeSample({ bytes, values: at.values }, pixels, mask)
    })
    const kept = memory.get(place)
    if (kept !== undefined) return Effect.succeed(packed(kept))
    return Effect.flatMap(
      Effect.flatMap(shard(at.shard), (file) => file.read(at.offset, at.length)),
      (bytes) => {
        if (bytes.length !== at.length || checksum(bytes) !== at.checksum) return Effect.fail(damaged(shards, at))
        memory.keep(place, bytes)
        return Effect.succeed(packed(bytes))
      }
    )
  }
  const packed: Dataset["packed"] = (chosen) =>
    Stream.unwrap(
      Effect.map(openShards(shards), (shard) =>
        Stream.mapEffect(Stream.fromIterable(chosen), (place) => record(shard, place), { concurrency: READ_AHEAD })
      )
    )
  return {
    length: info.length,
    info,
    cases: countCases(info),
    packed,
    stream: (chosen) => Stream.mapEffect(packed(chosen), (found) => Effect.sync(() => unpacked(found))),
    get: (place) =>
      Effect.map(Effect.scoped(Effect.flatMap(openShards(shards), (shard) => record(shard, place))), unpacked)
  }
}

const unpacked = ({ info: { marked, ...info }, unpack }: PackedSample): Sample => {
  const pixels = new Float32Array(info.height * info.width)
  const mask = new Uint8Array(info.height * info.width)
  unpack(pixels, mask)
  return { ...info, pixels, mask }
}

type ReadShard = (shard: number) => Effect.Effect<OpenFile, FileError>

/** Opens each shard when it is first read; all are closed together with the scope. */
const openShards = ({ open }: Shards): Effect.Effect<ReadShard, never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => {
    const opened = new Map<number, OpenFile>()
    return (shard) =>
      Effect.suspend(() => {
        const file = opened.get(shard)
        if (file !== undefined) return Effect.succeed(file)
        // Readers at once may open a shard twice, which costs a handle and no more than a lock would.
        const opening = Scope.provide(open(shard), scope)
        return Effect.tap(opening, (found) => Effect.sync(() => opened.set(shard, found)))
      })
  })

const absent = ({ where }: Shards, place: number, count: number): CacheError =>
  new CacheError({ where, reason: `there is no sample ${place} among ${count}` })

const damaged = ({ where }: Shards, { shard, offset }: Place): CacheError =>
  new CacheError({
    where,
    reason: `the record at byte ${offset} of shard ${shard} is damaged; remove the folder and run again to make it anew`
  })
