import { promisify } from "node:util"
import * as zlib from "node:zlib"
import { GZIP_LEVEL, type Gzip } from "../formats/gzipBytes.ts"

/** Large pieces: each costs a trip to zlib's thread and back. */
const PIECE = 1 << 20

const compress = promisify<zlib.InputType, zlib.ZlibOptions, Buffer<ArrayBuffer>>(zlib.gzip)

/** Compresses gzip with node:zlib, on its thread: six times as fast as `gzipBytes`. The same bytes give the same file with the same zlib. */
export const gzip: Gzip = (bytes, level = GZIP_LEVEL) => compress(bytes, { level, chunkSize: PIECE })
