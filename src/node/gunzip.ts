import * as zlib from "node:zlib"
import type { ByteSource } from "../formats/byteSource.ts"
import { crc32 } from "../formats/crc32.ts"
import { endsEarly, type Gunzip, GzipError, gunzipWith } from "../formats/gzip.ts"

/** Large pieces: each costs a trip to zlib's thread and back. */
const PIECE = 1 << 20

async function* inflateRaw(source: ByteSource): AsyncGenerator<Uint8Array, void, undefined> {
  const inflater = zlib.createInflateRaw({ chunkSize: PIECE })
  // A write that meets damaged data is never called back, but closes the inflater.
  const closed = new Promise<void>((resolve) => {
    inflater.once("close", resolve)
  })
  const write = (piece: Uint8Array) =>
    Promise.race([new Promise<void>((resolve) => inflater.write(piece, () => resolve())), closed])
  let given = 0
  let last: Uint8Array = new Uint8Array(0)
  let ahead = source.next()
  const feed = async () => {
    while (!inflater.destroyed && inflater.bytesWritten === given) {
      const piece = await ahead
      if (piece === undefined) return void inflater.end()
      given += piece.length
      last = piece
      // Read on while zlib works on this piece. Whether that fails is asked when the next one is needed.
      ahead = source.next()
      ahead.catch(() => {})
      await write(piece)
    }
  }
  const fed = feed().catch((error) => void inflater.destroy(error))
  try {
    yield* inflater
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code?.startsWith("Z_") ? damaged(error) : error
  } finally {
    inflater.destroy()
    await fed
  }
  source.unread((await ahead) ?? last.subarray(0, 0))
  source.unread(last.subarray(last.length - (given - inflater.bytesWritten)))
}

const damaged = (cause: unknown) =>
  (cause as NodeJS.ErrnoException).code === "Z_BUF_ERROR"
    ? endsEarly()
    : new GzipError({ reason: "its compressed data are damaged", cause })

/** Decompresses gzip with node:zlib, on its thread, in pieces of a megabyte. Give it to `readNifti` as `gunzip`. */
export const gunzip: Gunzip = gunzipWith({ inflateRaw, crc32: zlib.crc32 ?? crc32 })
