import { PngError, type PngImage } from "../formats/png.ts"
import { BLACK, blank, putPicture } from "./pictures/canvas.ts"

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
  const canvas = blank(width, height, BLACK)
  for (const [i, picture] of pictures.entries()) {
    putPicture(canvas, picture, (i % columns) * cellWidth, Math.floor(i / columns) * cellHeight)
  }
  return canvas
}
