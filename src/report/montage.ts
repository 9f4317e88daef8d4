import { PngError, type PngImage } from "../formats/png.ts"

export interface MontageOptions {
  /** Pictures in a row. Default: as near to a square as they come. */
  readonly columns?: number
  /** Pixels of black between pictures. Default 2. */
  readonly gap?: number
}

/**
 * Lays pictures out in rows, from left to right and top to bottom. They may be gray or RGB and of different sizes; each stands in
 * the upper left of a cell as large as the largest.
 *
 * @throws PngError where there is no picture
 * @example
 * ```ts
 * writePng(montage(slices.map((slice) => overlay(slice)), { columns: 6 }))
 * ```
 */
export const montage = (pictures: ReadonlyArray<PngImage>, options: MontageOptions = {}): PngImage => {
  if (pictures.length === 0) throw new PngError({ file: "the montage", reason: "there is no picture to lay out" })
  const { columns = Math.ceil(Math.sqrt(pictures.length)), gap = 2 } = options
  const cellWidth = Math.max(...pictures.map(({ width }) => width)) + gap
  const cellHeight = Math.max(...pictures.map(({ height }) => height)) + gap
  const width = Math.min(columns, pictures.length) * cellWidth - gap
  const height = Math.ceil(pictures.length / columns) * cellHeight - gap
  const data = new Uint8Array(3 * width * height)
  for (const [i, picture] of pictures.entries()) {
    const left = (i % columns) * cellWidth
    const top = Math.floor(i / columns) * cellHeight
    for (let row = 0; row < picture.height; row++) {
      for (let column = 0; column < picture.width; column++) {
        data.set(colorAt(picture, row * picture.width + column), 3 * ((top + row) * width + left + column))
      }
    }
  }
  return { width, height, channels: 3, depth: 8, data }
}

const colorAt = ({ channels, data, depth }: PngImage, pixel: number): readonly [number, number, number] => {
  const at = (channel: number) => data[pixel * channels + channel] / (depth === 16 ? 257 : 1)
  return channels < 3 ? [at(0), at(0), at(0)] : [at(0), at(1), at(2)]
}
