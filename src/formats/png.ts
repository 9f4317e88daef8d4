import { convertIndexedToRgb, type DecodedPng, decode, encode } from "fast-png"
import { TaggedError } from "../errors.ts"

/** A picture of 8- or 16-bit samples: row by row, the channels of a pixel side by side. */
export interface PngImage {
  readonly width: number
  readonly height: number
  /** 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha. */
  readonly channels: 1 | 2 | 3 | 4
  readonly depth: 8 | 16
  readonly data: Uint8Array | Uint16Array
}

/** A picture cannot be read or written: which, and why. */
export class PngError extends TaggedError("PngError")<{ readonly file: string; readonly reason: string }> {
  override get message() {
    return `${this.file}: ${this.reason}`
  }
}

/** Deflate cannot expand by more than this. */
const MOST_EXPANSION = 1032
const SIGNATURE_AND_HEADER = 33

/**
 * Writes a PNG; the same picture gives the same bytes.
 *
 * @throws PngError where the data does not fill the size or does not fit the depth
 * @example
 * ```ts
 * writePng({ width: 2, height: 1, channels: 1, depth: 8, data: Uint8Array.of(0, 255) })
 * ```
 */
export const writePng = (image: PngImage, file = "the picture"): Uint8Array => {
  const { channels, data, depth, height, width } = image
  const expected = width * height * channels
  if (width < 1 || height < 1 || data.length !== expected) {
    const size = `${width} x ${height} with ${channels} channel(s)`
    throw new PngError({ file, reason: `${size} takes ${expected} samples, but there are ${data.length}` })
  }
  if ((depth === 16) !== data instanceof Uint16Array) {
    throw new PngError({ file, reason: `samples of ${depth} bits go into a Uint${depth}Array` })
  }
  return encode({ width, height, channels, depth, data })
}

/**
 * Reads a PNG of any kind: fewer than 8 bits are spread over 0-255, palettes are looked up.
 *
 * @param file its name, for errors
 * @throws PngError for anything that is not a whole and intact PNG
 * @example
 * ```ts
 * const { width, height, data } = readPng(await readFile("mask.png"), "mask.png")
 * ```
 */
export const readPng = (bytes: Uint8Array, file = "the picture"): PngImage => {
  checkSize(bytes, file)
  try {
    return samplesOf(decode(bytes, { checkCrc: true }))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new PngError({ file, reason: `it is damaged or not a PNG (${reason}); write it anew`, cause })
  }
}

const samplesOf = (png: DecodedPng): PngImage => {
  const { height, width } = png
  if (png.palette !== undefined) {
    const data = Uint8Array.from(convertIndexedToRgb(png))
    return { width, height, channels: (data.length / (width * height)) as 3 | 4, depth: 8, data }
  }
  const channels = png.channels as PngImage["channels"]
  if (png.depth === 16) return { width, height, channels, depth: 16, data: Uint16Array.from(png.data) }
  const data = png.depth === 8 ? Uint8Array.from(png.data) : unpack(png)
  return { width, height, channels, depth: 8, data }
}

/** Refuses a header that promises more than its file can hold, before anything is allocated. */
const checkSize = (bytes: Uint8Array, file: string): void => {
  if (bytes.length < SIGNATURE_AND_HEADER) throw new PngError({ file, reason: "it is too short to be a PNG" })
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const pixels = header.getUint32(16) * header.getUint32(20)
  if (pixels / 8 > bytes.length * MOST_EXPANSION) {
    throw new PngError({
      file,
      reason: `its header promises ${pixels} pixels, more than its ${bytes.length} bytes can hold`
    })
  }
}

/** Samples of 1, 2 or 4 bits, each row on a byte boundary, as 0-255. */
const unpack = ({ data, depth, height, width }: DecodedPng): Uint8Array => {
  const most = 2 ** depth - 1
  const rowBytes = Math.ceil((width * depth) / 8)
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const bit = (i % width) * depth
    const byte = data[Math.floor(i / width) * rowBytes + (bit >> 3)]
    return (((byte >> (8 - depth - (bit & 7))) & most) * 255) / most
  })
}
