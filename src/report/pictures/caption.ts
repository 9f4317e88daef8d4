import type { PngImage } from "../../formats/png.ts"
import { BLACK, blank, putPicture, putText, WHITE } from "./canvas.ts"
import { GLYPH_HEIGHT, GLYPH_WIDTH } from "./font.ts"

const PAD = 8

/**
 * A picture with a text on white below it, in as many lines as it takes, so that what must be known goes wherever the file goes.
 *
 * @example
 * ```ts
 * withCaption(figurePanel(rows, { variants }), "Made on 30 phantoms.")
 * ```
 */
export const withCaption = (picture: PngImage, text: string): PngImage => {
  const scale = picture.width >= 400 ? 2 : 1
  const most = Math.max(1, Math.floor((picture.width - 2 * PAD) / ((GLYPH_WIDTH + 1) * scale)))
  const lines = linesOf(text, most)
  const step = (GLYPH_HEIGHT + 3) * scale
  const canvas = blank(picture.width, picture.height + (lines.length === 0 ? 0 : lines.length * step + PAD), WHITE)
  putPicture(canvas, picture, 0, 0)
  for (const [i, line] of lines.entries()) {
    putText(canvas, line, PAD, picture.height + i * step, { color: BLACK, scale })
  }
  return canvas
}

/** A text in lines of at most so many characters, broken at spaces, longer words anywhere. */
const linesOf = (text: string, most: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const word of text.split(/\s+/).filter((word) => word !== "")) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`
    else for (let at = 0; at < word.length; at += most) lines.push(word.slice(at, at + most))
  }
  return lines
}
