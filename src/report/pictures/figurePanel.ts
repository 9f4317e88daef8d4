import { PngError, type PngImage } from "../../formats/png.ts"
import { areaAverage } from "../../volume/areaAverage.ts"
import { linearPixels } from "../../volume/linearPixels.ts"
import { nearestPixels } from "../../volume/nearestPixels.ts"
import { checkPlane, type PlaneSize } from "../../volume/plane.ts"
import type { Plane } from "../../volume/slice.ts"
import type { Color } from "../color.ts"
import { COLORS, overlay, tinted } from "../overlay.ts"
import { type BoxOptions, errorBoxes, type PixelBox, variantBoxes } from "./boxes.ts"
import { BLACK, blank, type Canvas, fillRectangle, outlineRectangle, putPicture, putText, WHITE } from "./canvas.ts"
import { GLYPH_HEIGHT, pixelWidth } from "./font.ts"
import { legendOf } from "./legend.ts"
import { barLength, DIRECTIONS } from "./scaleBar.ts"

/** One patient of a figure: a slice, its truth, and what each variant made of it. */
export interface PanelRow {
  readonly name: string
  readonly height: number
  readonly width: number
  /** In [0, 1], from black to white. */
  readonly pixels: Float32Array
  /** Millimetres between rows and between columns. */
  readonly spacing: readonly [number, number]
  /** Default `"axial"`. */
  readonly plane?: Plane
  /** As all masks here: whatever is not 0 is inside. */
  readonly truth: Uint8Array
  /** One of each variant. */
  readonly predictions: ReadonlyArray<Uint8Array>
}

export interface PanelOptions {
  /** Names of the variants, in the order of the predictions. */
  readonly variants: ReadonlyArray<string>
  /** What is marked. Default `"tumour"`. */
  readonly target?: string
  /** Pixels of each picture's width. Default 256. */
  readonly cellWidth?: number
  /** Which boxes are drawn around differences, or `false` for none. Default those of `errorBoxes` and `variantBoxes`. */
  readonly boxes?: BoxOptions | false
}

/** Frames around errors and around differences; they differ in lightness and by dashes as well. */
export const BOX_COLORS = {
  error: [0, 200, 120],
  difference: [235, 70, 40]
} as const satisfies Record<string, Color>

const GAP = 6
const PAD = 10
const SCALE = 2
const LINE = (GLYPH_HEIGHT + 3) * SCALE
const LONGEST_NAME = 14
/** Pixels by which frames of differences are larger than those of errors around the same. */
const FRAME = 3

/**
 * A figure as papers print it: a row for each patient, and columns (A) the CT, (B) the label, and (C) and on what each variant
 * marked, with scale bar and directions in (A). Solid green boxes show what a variant missed or marked falsely, dashed red ones where
 * the variants differ from each other in such. Pixels that are not square are shown as they are in the patient.
 *
 * @throws PngError where there is no row, and where a row does not have as many predictions as there are variants
 * @throws ShapeError for masks and images of two sizes
 * @example
 * ```ts
 * writePng(figurePanel(rows, { variants: ["U-Net", "AGCAF-Net"] }))
 * ```
 */
export const figurePanel = (rows: ReadonlyArray<PanelRow>, options: PanelOptions): PngImage => {
  const { boxes = {}, cellWidth = 256, target = "tumour", variants } = options
  checkRows(rows, variants)
  const headings = ["CT", "label", ...variants].map((name, i) => lines(`(${letter(i)}) ${name}`, cellWidth))
  const names = rows.map(({ name }) => lines(name, pixelWidth("x".repeat(LONGEST_NAME), SCALE)))
  const gutter = PAD + Math.max(...names.flat().map((line) => pixelWidth(line, SCALE))) + PAD
  const width = gutter + headings.length * (cellWidth + GAP) - GAP + PAD
  const legend = legendOf(legendItems(target, variants.length, boxes !== false), width - gutter - PAD, SCALE)
  const heights = rows.map((row) => cellHeight(row, cellWidth))
  const top = PAD + Math.max(...headings.map(({ length }) => length)) * LINE
  const bottom = heights.reduce((sum, height) => sum + height + GAP, top)
  const canvas = blank(width, bottom + PAD + legend.height, WHITE)
  for (const [i, heading] of headings.entries()) {
    const left = gutter + i * (cellWidth + GAP)
    for (const [l, line] of heading.entries()) {
      const above = top - (heading.length - l) * LINE
      putText(canvas, line, left + Math.max(0, (cellWidth - pixelWidth(line, SCALE)) >> 1), above, TEXT)
    }
  }
  let y = top
  for (const [r, row] of rows.entries()) {
    const middle = y + ((heights[r] - names[r].length * LINE) >> 1)
    for (const [l, line] of names[r].entries()) putText(canvas, line, PAD, middle + l * LINE, TEXT)
    for (const [i, picture] of cells(row, cellWidth, heights[r], boxes).entries()) {
      putPicture(canvas, picture, gutter + i * (cellWidth + GAP), y)
    }
    y += heights[r] + GAP
  }
  legend.draw(canvas, gutter, bottom + PAD - GAP)
  return canvas
}

const TEXT = { color: BLACK, scale: SCALE } as const

/** A, B .. Z, AA .. */
const letter = (index: number): string =>
  `${index < 26 ? "" : letter(Math.floor(index / 26) - 1)}${String.fromCharCode(65 + (index % 26))}`

const checkRows = (rows: ReadonlyArray<PanelRow>, variants: ReadonlyArray<string>): void => {
  if (rows.length === 0) throw new PngError({ file: "the figure", reason: "there is no patient to show" })
  for (const { height, name, pixels, predictions, truth, width } of rows) {
    if (predictions.length !== variants.length) {
      const reason = `"${name}" has ${predictions.length} predictions, but there are ${variants.length} variants`
      throw new PngError({ file: "the figure", reason })
    }
    checkPlane(`the image of "${name}"`, pixels, [height, width])
    for (const mask of [truth, ...predictions]) checkPlane(`a mask of "${name}"`, mask, [height, width])
  }
}

const legendItems = (target: string, variants: number, boxes: boolean) => [
  { text: target, color: COLORS.tumor },
  ...(boxes && variants > 0 ? [{ text: "variant errs", color: BOX_COLORS.error, frame: "solid" as const }] : []),
  ...(boxes && variants > 1
    ? [{ text: "variants differ", color: BOX_COLORS.difference, frame: "dashed" as const }]
    : [])
]

/** A text in lines of at most a width in pixels, broken at spaces, longer words cut. */
const lines = (text: string, width: number): ReadonlyArray<string> => {
  const most = Math.max(1, Math.floor((width / SCALE + 1) / 6))
  const broken: Array<string> = []
  for (const whole of text.split(/\s+/)) {
    const word = whole.length > most ? `${whole.slice(0, Math.max(1, most - 2))}..` : whole
    const last = broken.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= most) broken[broken.length - 1] = `${last} ${word}`
    else broken.push(word)
  }
  return broken
}

const cellHeight = ({ height, spacing, width }: PanelRow, cellWidth: number): number =>
  Math.max(1, Math.round((height * spacing[0] * cellWidth) / (width * spacing[1])))

/** The pictures of one row: the CT, the label, and one of each variant. */
const cells = (row: PanelRow, width: number, height: number, boxes: BoxOptions | false): ReadonlyArray<PngImage> => {
  const from: PlaneSize = [row.height, row.width]
  const to: PlaneSize = [height, width]
  const larger = height >= row.height && width >= row.width
  const pixels = larger ? linearPixels(from, to)(row.pixels) : areaAverage(from, to)(row.pixels)
  const image = { height, width, pixels }
  const resize = nearestPixels(from, to)
  const marked = (mask: Uint8Array) =>
    tinted(image, resize(inside(mask)), (of) => (of === 0 ? undefined : COLORS.tumor))
  const differing = boxes === false || row.predictions.length < 2 ? [] : variantBoxes(row.predictions, from, boxes)
  return [
    withScale(overlay(image), row),
    marked(row.truth),
    ...row.predictions.map((prediction) => {
      const canvas = copied(marked(prediction))
      // Frames of differences lie outside those of errors, which leave room for them at the edge of the picture.
      const draw = (box: PixelBox, color: Color, grown: number, dash?: number) => {
        const along = (first: number, count: number, from: number, to: number) => {
          const inside = (at: number) => Math.min(to - FRAME + grown, Math.max(FRAME - grown, at))
          const start = inside(Math.round((first * to) / from) - grown)
          return { start, length: inside(Math.round(((first + count) * to) / from) + grown) - start }
        }
        const across = along(box.column, box.width, row.width, width)
        const down = along(box.row, box.height, row.height, height)
        const frame = { left: across.start, top: down.start, width: across.length, height: down.length }
        outlineRectangle(canvas, frame, color, dash === undefined ? {} : { dash })
      }
      for (const box of differing) draw(box, BOX_COLORS.difference, FRAME, 5)
      if (boxes !== false) {
        for (const box of errorBoxes(row.truth, prediction, from, boxes)) draw(box, BOX_COLORS.error, 0)
      }
      return canvas
    })
  ]
}

const inside = (mask: Uint8Array): Uint8Array => mask.map((value) => (value === 0 ? 0 : 1))

const copied = (picture: PngImage): Canvas => {
  const canvas = blank(picture.width, picture.height, BLACK)
  putPicture(canvas, picture, 0, 0)
  return canvas
}

/** Adds a scale bar in the lower left corner, and a letter for the direction of each side. */
const withScale = (picture: PngImage, { plane = "axial", spacing, width }: PanelRow): PngImage => {
  const canvas = copied(picture)
  const { height: tall, width: wide } = canvas
  const across = width * spacing[1]
  const length = barLength(across)
  const bar = { left: 8, top: tall - 12, width: Math.max(1, Math.round((length * wide) / across)), height: 3 }
  const style = { color: WHITE, rim: BLACK, scale: wide < 160 ? 1 : SCALE }
  const [glyph, size] = [5 * style.scale, GLYPH_HEIGHT * style.scale]
  fillRectangle(canvas, { left: bar.left - 1, top: bar.top - 1, width: bar.width + 2, height: bar.height + 2 }, BLACK)
  fillRectangle(canvas, bar, WHITE)
  putText(canvas, `${length} mm`, bar.left, bar.top - size - 4, style)
  const [left, right, top, bottom] = DIRECTIONS[plane]
  putText(canvas, left, 6, (tall - size) >> 1, style)
  putText(canvas, right, wide - 6 - glyph, (tall - size) >> 1, style)
  putText(canvas, top, (wide - glyph) >> 1, 6, style)
  putText(canvas, bottom, (wide - glyph) >> 1, tall - 6 - size, style)
  return canvas
}
