import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Sample } from "../../volume/index.ts"
import type { FileError, OpenFile } from "../files.ts"
import { CacheError } from "./cacheError.ts"
import type { CacheIndex, Place } from "./cacheIndex.ts"
import { checksum } from "./checksum.ts"
import { countCases, type Dataset } from "./dataset.ts"
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
  const reader = Effect.map(openShards(shards), (shard) => (place: number) => {
    const at = places[place]
    if (at === undefined) {
      return Effect.fail(
        new CacheError({ where: shards.where, reason: `there is no sample ${place} among ${places.length}` })
      )
    }
    const kept = memory.get(place)
    if (kept !== undefined) return Effect.sync(() => decode(info[place], at, kept))
    return Effect.flatMap(
      Effect.flatMap(shard(at.shard), (file) => file.read(at.offset, at.length)),
      (bytes) => {
        if (bytes.length !== at.length || checksum(bytes) !== at.checksum) return Effect.fail(damaged(shards, at))
        memory.keep(place, bytes)
        return Effect.sync(() => decode(info[place], at, bytes))
      }
    )
  })
  return {
    length: info.length,
    info,
    cases: countCases(info),
    get: (place) => Effect.scoped(Effect.flatMap(reader, (read) => read(place))),
    stream: (chosen) =>
      Stream.unwrap(
        Effect.map(reader, (read) => Stream.mapEffect(Stream.fromIterable(chosen), read, { concurrency: READ_AHEAD }))
      )
  }
}

const decode = ({ marked, ...info }: CacheIndex["info"][number], { values }: Place, bytes: Uint8Array): Sample => ({
  ...info,
  ...decodeSample({ bytes, values }, info.height * info.width)
})

/** Opens each shard when it is first read; all are closed together with the scope. */
const openShards = ({ open }: Shards) =>
  Effect.map(Effect.scope, (scope) => {
    const opened = new Map<number, OpenFile>()
    return (shard: number): Effect.Effect<OpenFile, FileError> =>
      Effect.suspend(() => {
        const file = opened.get(shard)
        if (file !== undefined) return Effect.succeed(file)
        // Readers at once may open a shard twice, which costs a handle and no more than a lock would.
        const opening = Scope.provide(open(shard), scope)
        return Effect.tap(opening, (found) => Effect.sync(() => opened.set(shard, found)))
      })
  })

const damaged = ({ where }: Shards, { shard, offset }: Place): CacheError =>
  new CacheError({
    where,
    reason: `the record at byte ${offset} of shard ${shard} is damaged; remove the folder and run again to make it anew`
  })
