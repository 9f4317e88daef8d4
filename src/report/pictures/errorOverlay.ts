import type { PngImage } from "../../formats/png.ts"
import { checkPlane } from "../../volume/plane.ts"
import type { Color } from "../color.ts"
import { type GrayImage, type OverlayOptions, tinted } from "../overlay.ts"
import type { LegendItem } from "./legend.ts"

/** What a pixel is, of a truth and a prediction. */
export const AGREEMENT = { neither: 0, truePositive: 1, falsePositive: 2, falseNegative: 3 } as const

/** Colours of Okabe and Ito's that differ in lightness as well, for any kind of colour vision. */
export const ERROR_COLORS = {
  truePositive: [86, 180, 233],
  falsePositive: [213, 94, 0],
  falseNegative: [240, 228, 66]
} as const satisfies Record<string, Color>

/** What the colours of `errorOverlay` mean, for `withLegend`. */
export const ERROR_LEGEND: ReadonlyArray<LegendItem> = [
  { text: "found (true positive)", color: ERROR_COLORS.truePositive },
  { text: "too much (false positive)", color: ERROR_COLORS.falsePositive },
  { text: "missed (false negative)", color: ERROR_COLORS.falseNegative }
]

/**
 * What each pixel is, as `AGREEMENT` numbers it.
 *
 * @throws ShapeError for masks of two sizes
 */
export const agreement = (truth: Uint8Array, prediction: Uint8Array): Uint8Array => {
  checkPlane("a prediction", prediction, [1, truth.length])
  return truth.map((inside, i) =>
    inside === 0
      ? prediction[i] === 0
        ? AGREEMENT.neither
        : AGREEMENT.falsePositive
      : prediction[i] === 0
        ? AGREEMENT.falseNegative
        : AGREEMENT.truePositive
  )
}

/** An image with a truth and a prediction on it, each a mask in which whatever is not 0 is inside. */
export interface Judged extends GrayImage {
  readonly truth: Uint8Array
  readonly prediction: Uint8Array
}

/**
 * Draws an image in gray, and over it what a prediction found, what it marked too much, and what it missed.
 *
 * @throws ShapeError for masks that do not have as many pixels as the image
 * @example
 * ```ts
 * writePng(withLegend(errorOverlay({ height, width, pixels, truth, prediction }), ERROR_LEGEND))
 * ```
 */
export const errorOverlay = (
  { prediction, truth, ...image }: Judged,
  { opacity = 0.55 }: OverlayOptions = {}
): PngImage => {
  checkPlane("a truth", truth, [image.height, image.width])
  return tinted(image, agreement(truth, prediction), (of) => COLOR_OF[of], { opacity })
}

const COLOR_OF: ReadonlyArray<Color | undefined> = [
  undefined,
  ERROR_COLORS.truePositive,
  ERROR_COLORS.falsePositive,
  ERROR_COLORS.falseNegative
]
