import type { PngImage } from "../../formats/png.ts"
import type { Color } from "../color.ts"
import { GLYPH_HEIGHT, GLYPH_WIDTH, glyphsOf } from "./font.ts"

/** A picture in RGB that is being painted. */
export interface Canvas extends PngImage {
  readonly channels: 3
  readonly depth: 8
  readonly data: Uint8Array
}

export const BLACK: Color = [0, 0, 0]
export const WHITE: Color = [255, 255, 255]

/** A rectangle of pixels. */
export interface Rectangle {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export const blank = (width: number, height: number, color: Color): Canvas => {
  const canvas: Canvas = { width, height, channels: 3, depth: 8, data: new Uint8Array(3 * width * height) }
  fillRectangle(canvas, { left: 0, top: 0, width, height }, color)
  return canvas
}

/** Paints a rectangle, as far as it is on the canvas. */
export const fillRectangle = (canvas: Canvas, { height, left, top, width }: Rectangle, color: Color): void => {
  const right = Math.min(canvas.width, left + width)
  for (let y = Math.max(0, top); y < Math.min(canvas.height, top + height); y++) {
    for (let x = Math.max(0, left); x < right; x++) canvas.data.set(color, 3 * (y * canvas.width + x))
  }
}

/** The color of a picture's pixel in 8-bit RGB. */
export const colorAt = ({ channels, data, depth }: PngImage, pixel: number): Color => {
  const at = (channel: number) => data[pixel * channels + channel] / (depth === 16 ? 257 : 1)
  return channels < 3 ? [at(0), at(0), at(0)] : [at(0), at(1), at(2)]
}

/** Puts a picture on the canvas, where it must have room. */
export const putPicture = (canvas: Canvas, picture: PngImage, left: number, top: number): void => {
  for (let row = 0; row < picture.height; row++) {
    for (let column = 0; column < picture.width; column++) {
      const at = 3 * ((top + row) * canvas.width + left + column)
      canvas.data.set(colorAt(picture, row * picture.width + column), at)
    }
  }
}

/** Paints the sides of a rectangle, inside it: whole, or in dashes of `dash` pixels. */
export const outlineRectangle = (
  canvas: Canvas,
  { height, left, top, width }: Rectangle,
  color: Color,
  { thickness = 2, dash }: { readonly thickness?: number; readonly dash?: number } = {}
): void => {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const vertical = x < thickness || x >= width - thickness
      const horizontal = y < thickness || y >= height - thickness
      if (!vertical && !horizontal) continue
      if (dash !== undefined && Math.floor((horizontal ? x : y) / dash) % 2 === 1) continue
      fillRectangle(canvas, { left: left + x, top: top + y, width: 1, height: 1 }, color)
    }
  }
}

export interface TextOptions {
  readonly color: Color
  /** Pixels for each of the font's. Default 1. */
  readonly scale?: number
  /** Color of a rim around the letters, which keeps them legible on any picture. */
  readonly rim?: Color
}

/** Paints a text whose upper left corner is given. */
export const putText = (
  canvas: Canvas,
  text: string,
  left: number,
  top: number,
  { color, rim, scale = 1 }: TextOptions
): void => {
  const strokes = (paint: Color, swell: number) => {
    for (const [i, glyph] of glyphsOf(text).entries()) {
      for (let row = 0; row < GLYPH_HEIGHT; row++) {
        for (let column = 0; column < GLYPH_WIDTH; column++) {
          if (((glyph[row] >> (GLYPH_WIDTH - 1 - column)) & 1) === 0) continue
          const x = left + scale * (i * (GLYPH_WIDTH + 1) + column) - swell
          const size = scale + 2 * swell
          fillRectangle(canvas, { left: x, top: top + scale * row - swell, width: size, height: size }, paint)
        }
      }
    }
  }
  if (rim !== undefined) strokes(rim, 1)
  strokes(color, 0)
}
