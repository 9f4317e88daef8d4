import type { Notice } from "../notices.ts"
import { checksum } from "./checksum.ts"
import type { SampleInfo } from "./dataset.ts"

/** Raised when the files change, or what a described stage makes of the same input: older caches are then made anew. */
export const VERSION = 2

/** Where a sample's record lies, and how to read it. */
export interface Place {
  readonly shard: number
  readonly offset: number
  readonly length: number
  /** As `Encoded` has it. */
  readonly values: number
  readonly checksum: number
}

/** All that a cache knows besides pixels and masks. */
export interface CacheIndex {
  /** What the samples were made of; another text means another cache. */
  readonly description: string
  /** Bytes of each shard file. */
  readonly shards: ReadonlyArray<number>
  readonly info: ReadonlyArray<SampleInfo>
  readonly places: ReadonlyArray<Place>
  /** What was reported while the samples were made, to be reported again to those who read them. */
  readonly notices: ReadonlyArray<Omit<Notice, "error">>
}

type Series = Omit<SampleInfo, "origin" | "marked"> & { readonly origin: Omit<SampleInfo["origin"], "index"> }
type Row = readonly [series: number, index: number, marked: number, ...place: ReadonlyArray<number>]

/** The index as JSON. What the slices of a case have in common is written once. */
export const formatIndex = ({ description, shards, info, places, notices }: CacheIndex): Uint8Array => {
  const series = new Map<string, number>()
  const rows = info.map(({ marked, origin: { index, ...origin }, ...rest }, i): Row => {
    const text = JSON.stringify({ ...rest, origin } satisfies Series)
    const number = series.get(text) ?? series.size
    series.set(text, number)
    const { shard, offset, length, values, checksum } = places[i]
    return [number, index, marked, shard, offset, length, values, checksum]
  })
  const content = { description, shards, notices, series: [...series.keys()].map((text) => JSON.parse(text)), rows }
  const text = JSON.stringify(content)
  return encoder.encode(`${JSON.stringify({ version: VERSION, checksum: checksum(encoder.encode(text)) })}\n${text}\n`)
}

/** The index of JSON; nothing if it is of another version or damaged: such a cache is as good as none. */
export const parseIndex = (bytes: Uint8Array): CacheIndex | undefined => {
  const [head, text = ""] = new TextDecoder().decode(bytes).split("\n")
  if (head !== JSON.stringify({ version: VERSION, checksum: checksum(encoder.encode(text)) })) return undefined
  const content: Omit<CacheIndex, "info" | "places"> & {
    readonly series: ReadonlyArray<Series>
    readonly rows: ReadonlyArray<Row>
  } = JSON.parse(text)
  return {
    description: content.description,
    shards: content.shards,
    notices: content.notices,
    info: content.rows.map(([number, index, marked]) => {
      const { origin, ...rest } = content.series[number]
      return { ...rest, marked, origin: { ...origin, index } }
    }),
    places: content.rows.map(([, , , shard, offset, length, values, checksum]) => ({
      shard,
      offset,
      length,
      values,
      checksum
    }))
  }
}

const encoder = new TextEncoder()
