import type { PngImage } from "../formats/png.ts"
import { LABEL } from "../volume/volume.ts"

export type Color = readonly [red: number, green: number, blue: number]

/** Okabe and Ito's palette, which readers with any kind of colour vision can tell apart. */
export const COLORS = {
  liver: [86, 180, 233],
  tumor: [230, 159, 0]
} as const satisfies Record<string, Color>

/** An image with what is marked on it. */
export interface Marked {
  readonly height: number
  readonly width: number
  /** In [0, 1], from black to white. */
  readonly pixels: Float32Array
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
export const overlay = ({ height, labels, pixels, width }: Marked, options: OverlayOptions = {}): PngImage => {
  const { opacity = 0.3 } = options
  const data = new Uint8Array(3 * height * width)
  for (let i = 0; i < pixels.length; i++) {
    const gray = 255 * Math.min(1, Math.max(0, pixels[i]))
    const label = labels?.[i] ?? LABEL.background
    const color = label === LABEL.tumor ? COLORS.tumor : COLORS.liver
    const cover = labels === undefined || label === LABEL.background ? 0 : isEdge(labels, i, width) ? 1 : opacity
    for (let c = 0; c < 3; c++) data[3 * i + c] = Math.round(gray + cover * (color[c] - gray))
  }
  return { width, height, channels: 3, depth: 8, data }
}

/** Whether a pixel has a neighbour, left, right, above or below, with another label. */
const isEdge = (labels: Uint8Array, i: number, width: number): boolean => {
  const column = i % width
  return (
    (column > 0 && labels[i - 1] !== labels[i]) ||
    (column < width - 1 && labels[i + 1] !== labels[i]) ||
    (i >= width && labels[i - width] !== labels[i]) ||
    (i + width < labels.length && labels[i + width] !== labels[i])
  )
}
