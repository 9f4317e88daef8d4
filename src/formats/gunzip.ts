import { Inflate } from "fflate"
import type { ByteSource } from "./byteSource.ts"
import { crc32 } from "./crc32.ts"
import { endsEarly, type Gunzip, GzipError, gunzipWith } from "./gzip.ts"

/** DEFLATE expands at most 1032 times and fflate delivers all of a piece at once: this bounds what it holds to 16 MB. */
const PIECE = 16384

async function* inflateRaw(source: ByteSource): AsyncGenerator<Uint8Array, void, undefined> {
  let inflated: Uint8Array = new Uint8Array(0)
  const inflater = new Inflate((bytes) => {
    inflated = bytes
  })
  for (;;) {
    const piece = await source.next()
    if (piece === undefined) throw endsEarly()
    for (let at = 0; at < piece.length; at += PIECE) {
      try {
        inflater.push(piece.subarray(at, at + PIECE))
      } catch (cause) {
        throw new GzipError({ reason: "its compressed data are damaged", cause })
      }
      if (inflated.length > 0) yield inflated
      const rest = afterEnd(inflater)
      if (rest !== undefined) {
        source.unread(piece.subarray(at + PIECE))
        source.unread(rest)
        return
      }
    }
  }
}

/**
 * What an inflater was given beyond the end of its DEFLATE stream, once it has met that end. gzip has no other way to
 * tell where a member stops, and fflate (pinned to one version) keeps this to itself: `s.f` says that the block is the
 * last one, `s.l` is its code table while it lasts, `s.p` counts bits into the unread input `p`.
 */
const afterEnd = (inflater: Inflate): Uint8Array | undefined => {
  const state: { readonly f?: number; readonly l?: unknown; readonly p?: number } = inflater["s"]
  const unread: Uint8Array = inflater["p"]
  return state.f && !state.l ? unread.subarray(state.p ? 1 : 0) : undefined
}

/** Decompresses gzip anywhere, browsers included, at about a quarter of the speed of the one for Node (`hepaflow/node`). */
export const gunzip: Gunzip = /* @__PURE__ */ gunzipWith({ inflateRaw, crc32 })
