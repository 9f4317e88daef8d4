import { TaggedError } from "../errors.ts"
import { type ByteSource, byteSource } from "./byteSource.ts"

/** A gzip stream that is cut short, damaged, or no gzip at all. */
export class GzipError extends TaggedError("GzipError")<{ readonly reason: string }> {
  override get message() {
    return this.reason
  }
}

/** Decompresses a gzip stream piece by piece. Fails with `GzipError` if the stream is damaged; does not hide errors of its input. */
export type Gunzip = (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>

/** What a gzip decoder is built of; `gunzipWith` adds the framing. */
export interface Inflater {
  /** Decompresses one raw DEFLATE stream and gives the bytes after its end back to the source. */
  readonly inflateRaw: (source: ByteSource) => AsyncIterable<Uint8Array>
  /** Carries the CRC-32 of what came before on over `bytes`. */
  readonly crc32: (bytes: Uint8Array, before: number) => number
}

/** Whether the bytes begin like a gzip stream (RFC 1952: ID1, ID2 and the only compression method there is). */
export const isGzip = (start: Uint8Array): boolean => start[0] === 0x1f && start[1] === 0x8b && start[2] === 8

/**
 * Makes a gzip decoder that joins all members of a file, checks the CRC-32 and the length of each, and ignores what
 * follows the last one unless it begins like another member (tapes and block devices pad files).
 *
 * Source: RFC 1952, GZIP file format specification 4.3.
 */
export const gunzipWith = ({ inflateRaw, crc32 }: Inflater): Gunzip =>
  async function* (bytes) {
    const source = byteSource(bytes)
    try {
      if (!(await startsMember(source))) throw new GzipError({ reason: "it is not a gzip stream" })
      while (await startsMember(source)) {
        await skipHeader(source)
        let crc = 0
        let length = 0
        for await (const piece of inflateRaw(source)) {
          crc = crc32(piece, crc)
          length += piece.length
          yield piece
        }
        const trailer = await take(source, 8)
        const expected = new DataView(trailer.buffer, trailer.byteOffset)
        if (expected.getUint32(0, true) !== crc >>> 0)
          throw new GzipError({ reason: "its CRC-32 does not match its data" })
        if (expected.getUint32(4, true) !== length >>> 0)
          throw new GzipError({ reason: "its length does not match its data" })
      }
    } finally {
      await source.close()
    }
  }

const startsMember = async (source: ByteSource): Promise<boolean> => {
  const start = await source.take(3)
  source.unread(start)
  return isGzip(start)
}

const FLAG = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const

const skipHeader = async (source: ByteSource): Promise<void> => {
  const flags = (await take(source, 10))[3]
  if (flags & FLAG.reserved) throw new GzipError({ reason: "its header has flags that gzip does not define" })
  if (flags & FLAG.extra) {
    const [low, high] = await take(source, 2)
    await take(source, low | (high << 8))
  }
  if (flags & FLAG.name) await skipText(source)
  if (flags & FLAG.comment) await skipText(source)
  if (flags & FLAG.headerCrc) await take(source, 2)
}

const skipText = async (source: ByteSource): Promise<void> => {
  for (let piece = await source.next(); piece !== undefined; piece = await source.next()) {
    const end = piece.indexOf(0)
    if (end >= 0) return source.unread(piece.subarray(end + 1))
  }
  throw endsEarly()
}

const take = async (source: ByteSource, count: number): Promise<Uint8Array> => {
  const bytes = await source.take(count)
  if (bytes.length < count) throw endsEarly()
  return bytes
}

export const endsEarly = () => new GzipError({ reason: "its gzip stream ends early" })
