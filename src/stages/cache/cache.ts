import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { fold, key as seedKey } from "../../random/index.ts"
import type { Sample } from "../../volume/index.ts"
import { descriptionOf } from "../description.ts"
import { checkWritable, type FileError, Files, joinPath } from "../files.ts"
import { Notices, notify } from "../notices.ts"
import { StageOptionError } from "../stageOptionError.ts"
import { CacheError } from "./cacheError.ts"
import { type CacheIndex, formatIndex, type Place, parseIndex } from "./cacheIndex.ts"
import { checksum } from "./checksum.ts"
import type { Dataset, SampleInfo } from "./dataset.ts"
import { datasetOf, type Memory, makeMemory } from "./records.ts"
import { type Encoded, encodeSample } from "./sampleCodec.ts"

export interface CacheOptions {
  /** Where to keep what is made, for this run and later ones. Default: in memory only, for this run. */
  readonly directory?: string
  /** How many bytes of samples may be held in memory. Default 1 GiB. */
  readonly memory?: number
  /** What tells this cache from others, in place of the description of the stream; needed where a stage has none. */
  readonly key?: string
}

/** Large enough to be written at the disk's speed, small enough to be held until then. */
const SHARD_BYTES = 2 ** 26

/** After so many bytes what there is is kept where a case ends, for the case that this run is killed. */
const KEEP_BYTES = 2 ** 24

/**
 * Makes all samples of a stream once and gives them back as a dataset: any order, any number of epochs, no CT decoded again.
 * Records are lossless and about half the size of the samples; as many as fit the budget stay in memory.
 *
 * With a directory, a later run with the same inputs (names, sizes, times of change), the same stages and the same options
 * reads the same files and nothing else. A run that was killed leaves most of the cases that it had finished; the next one
 * reads only the others, unless a key stands for a stage that is not described. A cache that is damaged or of another version
 * is made anew. A record is checked whenever it comes from disk.
 *
 * Fails with a `CacheError` when the stream is empty, when a stage is not `described` and no key is given, when the samples
 * exceed the memory and there is no directory, and, on reading, when a record is damaged.
 *
 * @example
 * ```ts
 * const dataset = await run(
 *   load("lits/").pipe(window(), slice({ size: [256, 256] }), labelSplit("tumor"), cache({ directory: "cache" }))
 * )
 * ```
 */
export const cache: {
  (options?: Pick<CacheOptions, "memory"> & { readonly directory?: never }): CacheStage
  (options: CacheOptions): CacheStage<Files>
} = ({ directory, memory: budget = 2 ** 30, key }: CacheOptions = {}): CacheStage<Files> => {
  if (!(budget >= 0)) {
    throw new StageOptionError({ stage: "cache", option: "memory", found: budget, expected: "bytes, 0 or more" })
  }
  return (samples) =>
    Effect.gen(function* () {
      const memory = makeMemory(budget)
      if (directory === undefined) return datasetOf(yield* build(samples, memory), memory)
      const files = yield* Files
      const description = key ?? (yield* describe(samples))
      const folder = joinPath(directory, nameOf(description))
      const found = yield* find(files, folder, INDEX, description)
      const index = found ?? (yield* store(files, folder, description, samples, memory))
      return datasetOf(index, memory, { where: folder, open: (shard) => files.open(shardPath(folder, shard)) })
    })
}

/** The end of a pipeline that gives a dataset. */
export type CacheStage<R = never> = <E, R0>(
  samples: Stream.Stream<Sample, E, R0>
) => Effect.Effect<Dataset, E | CacheError | FileError, R | R0>

/** A cache, or what there is of one whose shards hold whole cases. */
type Built = Omit<CacheIndex, "description">

interface Store {
  /** What an earlier run left. */
  readonly begun: Built
  readonly write: (shard: number, records: ReadonlyArray<Uint8Array>) => Effect.Effect<void, FileError>
  /** Called when all samples so far are written and the last case is finished. */
  readonly keep: (built: Built) => Effect.Effect<void, FileError>
}

const NOTHING_YET: Built = { shards: [], info: [], places: [], notices: [] }

/** Packs all samples, into memory and, where there is a store, shard by shard. */
const build = <E, R>(
  samples: Stream.Stream<Sample, E, R>,
  memory: Memory,
  to?: Store
): Effect.Effect<Built, E | CacheError | FileError, R> =>
  Effect.gen(function* () {
    const { begun = NOTHING_YET, write, keep } = to ?? {}
    const info: Array<SampleInfo> = [...begun.info]
    const places: Array<Place> = [...begun.places]
    const shards: Array<number> = [...begun.shards]
    const notices: Array<CacheIndex["notices"][number]> = [...begun.notices]
    let records: Array<Uint8Array> = []
    let offset = 0
    let unkept = 0
    const flush = Effect.suspend(() => {
      const full = records
      shards.push(offset)
      records = []
      offset = 0
      return write?.(shards.length - 1, full) ?? Effect.void
    })
    const keepBefore = (caseId: string): Effect.Effect<void, FileError> => {
      if (keep === undefined || unkept < KEEP_BYTES || info[info.length - 1].caseId === caseId) return Effect.void
      unkept = 0
      const finished = new Set(info.map((each) => each.caseId))
      // What was noticed of other cases will be again.
      const told = notices.filter((notice) => finished.has(notice.caseId))
      return Effect.andThen(
        offset > 0 ? flush : Effect.void,
        Effect.suspend(() => keep({ shards, info, places, notices: told }))
      )
    }
    const add = (sample: Sample) =>
      Effect.flatMap(
        Effect.andThen(keepBefore(sample.caseId), pack(sample)),
        ({ bytes, values }): Effect.Effect<void, CacheError | FileError> => {
          if (!memory.keep(places.length, bytes) && write === undefined) return Effect.fail(outgrown(places.length))
          places.push({ shard: shards.length, offset, length: bytes.length, values, checksum: checksum(bytes) })
          info.push(infoOf(sample))
          if (write === undefined) return Effect.void
          records.push(bytes)
          offset += bytes.length
          unkept += bytes.length
          return offset < SHARD_BYTES ? Effect.void : flush
        }
      )
    const report = yield* Notices
    yield* Effect.provideService(Stream.runForEach(samples, add), Notices, (notice) => {
      const { error, ...plain } = notice
      notices.push(plain)
      return report(notice)
    })
    if (places.length === 0) return yield* Effect.fail(new CacheError({ where: "the stream", reason: NOTHING }))
    if (offset > 0) yield* flush
    return { shards, info, places, notices }
  })

/** A cache of this description, or the part of one, if there is one whose shards are all there. */
const find = (files: Files["Service"], folder: string, name: string, description: string) =>
  Effect.gen(function* () {
    const path = joinPath(folder, name)
    if ((yield* files.stat(path)) === undefined) return undefined
    const index = parseIndex(yield* files.read(path))
    if (index?.description !== description) return undefined
    for (const [shard, bytes] of index.shards.entries()) {
      if ((yield* files.stat(shardPath(folder, shard)))?.bytes !== bytes) return undefined
    }
    for (const notice of index.notices) yield* notify(notice)
    return index
  })

/** Makes a cache on disk. The index comes last, and without it there is no cache. */
const store = <E, R>(
  files: Files["Service"],
  folder: string,
  description: string,
  samples: Stream.Stream<Sample, E, R>,
  memory: Memory
) =>
  Effect.gen(function* () {
    const [path, part] = [INDEX, PART].map((name) => joinPath(folder, name))
    // Said before a case is read: the first samples may be written minutes later.
    yield* checkWritable(folder)
    yield* files.remove(path)
    const without = descriptionOf(samples)?.without
    const begun = without && (yield* find(files, folder, PART, description))
    // The same source and stages, so a stream of the same type.
    const rest = begun ? (without(new Set(begun.info.map(({ caseId }) => caseId))) as typeof samples) : samples
    const save = (to: string, built: Built) =>
      files.write(to, formatIndex({ ...built, description }), { overwrite: true })
    // The same samples make the same shards, so two runs at once may write over each other.
    const built = yield* build(rest, memory, {
      begun: begun ?? NOTHING_YET,
      write: (shard, records) => files.write(shardPath(folder, shard), records, { overwrite: true }),
      keep: (sofar) => save(part, sofar)
    })
    yield* save(path, built)
    yield* files.remove(part)
    return { ...built, description }
  })

const describe = (samples: Stream.Stream<Sample, unknown, unknown>): Effect.Effect<string, CacheError, Files> => {
  const description = descriptionOf(samples)
  if (description === undefined) return Effect.fail(new CacheError({ where: "the stream", reason: UNDESCRIBED }))
  return Effect.mapBoth(description.inputs, {
    onSuccess: (inputs) => JSON.stringify({ stages: description.stages, inputs }),
    onFailure: (cause) =>
      new CacheError({ where: "the inputs", reason: cause instanceof Error ? cause.message : String(cause), cause })
  })
}

const pack = (sample: Sample): Effect.Effect<Encoded, CacheError> =>
  Effect.try({ try: () => encodeSample(sample), catch: (error) => error as CacheError })

const infoOf = ({ caseId, height, width, spacing, target, origin, mask }: Sample): SampleInfo => {
  let marked = 0
  for (const pixel of mask) if (pixel > 0) marked++
  return { caseId, height, width, spacing, target, origin, marked }
}

/** The folder of a description: 64 bits of hash. The index holds the description itself, should two ever agree. */
const nameOf = (description: string): string =>
  fold(seedKey(0), description)
    .map((word) => word.toString(16).padStart(8, "0"))
    .join("")

const shardPath = (folder: string, shard: number): string =>
  joinPath(folder, `${String(shard).padStart(5, "0")}.samples`)

const outgrown = (held: number): CacheError =>
  new CacheError({
    where: "memory",
    reason: `it is full after ${held} samples; pass { directory } to keep the others on disk, or allow more { memory }`
  })

const INDEX = "index.json"
const PART = "part.json"

const NOTHING = "it gave no samples; look at what the stages before keep, and at what was skipped"

const UNDESCRIBED =
  "a source or stage of it is not described, so its samples cannot be told from those of other options; " +
  "wrap your own stages in described(name, options, stage), or pass { key } and change it whenever they change"
