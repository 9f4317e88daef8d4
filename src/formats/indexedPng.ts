import { encode } from "fast-png"
import { PngError } from "./png.ts"

/** A picture of few colours: an index into the palette for each pixel, row by row. */
export interface IndexedPng {
  readonly width: number
  readonly height: number
  readonly indices: Uint8Array
  /** At most 256 colours, alpha last; those that are not opaque come first. */
  readonly palette: ReadonlyArray<readonly [red: number, green: number, blue: number, alpha: number]>
}

/** No faster level packs masks and quantized images as well. */
const LEVEL = 9

/**
 * Writes a PNG with a palette, in as few bits a pixel as its palette has use for: masks take some hundred bytes. The same picture
 * gives the same bytes.
 *
 * @throws PngError where the indices do not fill the size or name no colour, and for a palette that is empty, too long or out of
 * order
 * @example
 * ```ts
 * writeIndexedPng({ width: 2, height: 1, indices: Uint8Array.of(0, 1), palette: [[0, 0, 0, 0], [230, 159, 0, 255]] })
 * ```
 */
export const writeIndexedPng = (image: IndexedPng, file = "the picture"): Uint8Array => {
  const { height, indices, palette, width } = image
  const refuse = (reason: string) => new PngError({ file, reason })
  if (width < 1 || height < 1 || indices.length !== width * height) {
    throw refuse(`${width} x ${height} takes ${width * height} indices, but there are ${indices.length}`)
  }
  if (palette.length < 1 || palette.length > 256) throw refuse(`a palette has 1 to 256 colours, not ${palette.length}`)
  const opaque = palette.findIndex(([, , , alpha]) => alpha === 255)
  if (opaque >= 0 && palette.slice(opaque).some(([, , , alpha]) => alpha !== 255)) {
    throw refuse("colours that are not opaque must come first in its palette")
  }
  const stray = indices.find((index) => index >= palette.length)
  if (stray !== undefined) throw refuse(`its palette of ${palette.length} colours has no number ${stray}`)
  const depth = palette.length <= 2 ? 1 : palette.length <= 4 ? 2 : palette.length <= 16 ? 4 : 8
  const colors = palette.map((color) => (opaque === 0 ? color.slice(0, 3) : [...color]))
  const data = depth === 8 ? indices : pack(indices, width, depth)
  return encode({ width, height, channels: 1, depth, data, palette: colors }, { zlib: { level: LEVEL } })
}

/** Several pixels a byte, the first in the highest bits, each row on a byte boundary. */
const pack = (indices: Uint8Array, width: number, depth: 1 | 2 | 4): Uint8Array => {
  const rowBytes = Math.ceil((width * depth) / 8)
  const packed = new Uint8Array(rowBytes * (indices.length / width))
  for (let i = 0; i < indices.length; i++) {
    const bit = (i % width) * depth
    packed[Math.floor(i / width) * rowBytes + (bit >> 3)] |= indices[i] << (8 - depth - (bit & 7))
  }
  return packed
}
