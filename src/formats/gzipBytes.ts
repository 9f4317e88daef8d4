import { gzipSync } from "fflate"

/** Effort of gzip, from fast to small. */
export type GzipLevel = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9

/** Compresses bytes. Fails with whatever its engine fails with. */
export type Gzip = (bytes: Uint8Array, level?: GzipLevel) => Promise<Uint8Array<ArrayBuffer>>

export const GZIP_LEVEL: GzipLevel = 6

/** Gzips bytes with code that runs anywhere, without a time in the header: the same bytes give the same file everywhere. */
export const gzipBytes = (bytes: Uint8Array, level: GzipLevel = GZIP_LEVEL): Uint8Array<ArrayBuffer> =>
  gzipSync(bytes, { level, mtime: 0 })
