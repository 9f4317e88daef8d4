import type { PngImage } from "../../formats/png.ts"
import type { Color } from "../color.ts"
import { BLACK, blank, type Canvas, fillRectangle, outlineRectangle, putPicture, putText, WHITE } from "./canvas.ts"
import { GLYPH_HEIGHT, pixelWidth } from "./font.ts"

/** What a colour, or a frame of that colour, means. */
export interface LegendItem {
  readonly text: string
  readonly color: Color
  /** How a frame is drawn; an area is filled, which is the default. */
  readonly frame?: "solid" | "dashed"
}

const PAD = 8

/** How a legend flows into a width: its height, and a way to draw it. */
export const legendOf = (items: ReadonlyArray<LegendItem>, width: number, scale: number) => {
  const box = GLYPH_HEIGHT * scale
  const line = box + PAD
  let [x, row] = [0, 0]
  const places = items.map((item) => {
    const own = 2 * box + PAD + pixelWidth(item.text, scale)
    if (x > 0 && x + own > width) [x, row] = [0, row + 1]
    const place = { ...item, x, y: row * line }
    x += own + 2 * PAD
    return place
  })
  return {
    height: items.length === 0 ? 0 : (row + 1) * line,
    draw: (canvas: Canvas, left: number, top: number): void => {
      for (const { color, frame, text, x, y } of places) {
        const swatch = { left: left + x, top: top + y, width: 2 * box, height: box }
        if (frame === undefined) {
          fillRectangle(canvas, swatch, color)
          outlineRectangle(canvas, swatch, BLACK, { thickness: 1 })
        } else outlineRectangle(canvas, swatch, color, frame === "dashed" ? { dash: 5 } : {})
        putText(canvas, text, left + x + 2 * box + PAD, top + y, { color: BLACK, scale })
      }
    }
  }
}

/**
 * A picture with a legend on white below it. What is too long for its width is cut.
 *
 * @example
 * ```ts
 * withLegend(overlay({ height, width, pixels, labels }), [{ text: "liver", color: COLORS.liver }, { text: "tumour", color: COLORS.tumor }])
 * ```
 */
export const withLegend = (picture: PngImage, items: ReadonlyArray<LegendItem>): PngImage => {
  const scale = picture.width >= 400 ? 2 : 1
  const legend = legendOf(items, picture.width - 2 * PAD, scale)
  const canvas = blank(picture.width, picture.height + (legend.height === 0 ? 0 : legend.height + PAD), WHITE)
  putPicture(canvas, picture, 0, 0)
  legend.draw(canvas, PAD, picture.height + PAD)
  return canvas
}
