import type { PngImage } from "../formats/png.ts"
import { LABEL } from "../volume/volume.ts"
import type { Color } from "./color.ts"

export type { Color } from "./color.ts"

/** Okabe and Ito's palette, which readers with any kind of colour vision can tell apart. */
export const COLORS = {
  liver: [86, 180, 233],
  tumor: [230, 159, 0]
} as const satisfies Record<string, Color>

/** An image in gray. */
export interface GrayImage {
  readonly height: number
  readonly width: number
  /** In [0, 1], from black to white. */
  readonly pixels: Float32Array
}

/** An image with what is marked on it. */
export interface Marked extends GrayImage {
  /** 0 background, 1 liver, 2 tumour. */
  readonly labels?: Uint8Array
}

export interface OverlayOptions {
  /** How much of the colour covers a marked area, from 0 to 1; its outline is always drawn whole. Default 0.3. */
  readonly opacity?: number
}

/**
 * Draws an image in gray with liver and tumour over it in colour, each area outlined.
 *
 * @example
 * ```ts
 * writePng(overlay({ height, width, pixels, labels }))
 * ```
 */
export const overlay = ({ labels, ...image }: Marked, options: OverlayOptions = {}): PngImage =>
  labels === undefined
    ? tinted(image, new Uint8Array(image.pixels.length), () => undefined, options)
    : tinted(image, labels, colorOfLabel, options)

const colorOfLabel = (label: number): Color | undefined =>
  label === LABEL.background ? undefined : label === LABEL.tumor ? COLORS.tumor : COLORS.liver

/** An image in gray with areas of some classes over it in their colours, each area outlined; classes without a colour are not seen. */
export const tinted = (
  { height, pixels, width }: GrayImage,
  classes: Uint8Array,
  colorOf: (of: number) => Color | undefined,
  { opacity = 0.3 }: OverlayOptions = {}
): PngImage => {
  const data = new Uint8Array(3 * height * width)
  for (let i = 0; i < pixels.length; i++) {
    const gray = 255 * Math.min(1, Math.max(0, pixels[i]))
    const color = colorOf(classes[i])
    const cover = color === undefined ? 0 : isEdge(classes, i, width) ? 1 : opacity
    for (let c = 0; c < 3; c++) data[3 * i + c] = Math.round(gray + cover * ((color?.[c] ?? gray) - gray))
  }
  return { width, height, channels: 3, depth: 8, data }
}

/** Whether a pixel has a neighbour, left, right, above or below, of another class. */
export const isEdge = (classes: Uint8Array, i: number, width: number): boolean => {
  const column = i % width
  return (
    (column > 0 && classes[i - 1] !== classes[i]) ||
    (column < width - 1 && classes[i + 1] !== classes[i]) ||
    (i >= width && classes[i - width] !== classes[i]) ||
    (i + width < classes.length && classes[i + width] !== classes[i])
  )
}
