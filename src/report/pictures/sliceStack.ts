import { writeIndexedPng } from "../../formats/indexedPng.ts"
import { areaAverage } from "../../volume/areaAverage.ts"
import { nearestPixels } from "../../volume/nearestPixels.ts"
import { checkPlane, type PlaneSize } from "../../volume/plane.ts"
import type { Plane } from "../../volume/slice.ts"
import type { Color } from "../color.ts"
import { COLORS, type GrayImage, isEdge } from "../overlay.ts"
import { ReportError } from "../reportError.ts"
import { AGREEMENT, agreement, ERROR_COLORS } from "./errorOverlay.ts"
import { barLength, DIRECTIONS } from "./scaleBar.ts"

/** One slice of a case, and what is known of it. */
export interface StackSlice extends GrayImage {
  /** Its place in the volume, from 0 on. */
  readonly index: number
  readonly spacing: readonly [number, number]
  /** As the prediction: whatever is not 0 is inside. */
  readonly truth?: Uint8Array
  readonly prediction?: Uint8Array
}

export interface SliceStackOptions {
  /** How many slices are kept at most: those with something marked first, evenly spread. Default 24. */
  readonly limit?: number
  /** Pixels along the longer side. Smaller pictures stay as they are. Default 192. */
  readonly size?: number
  /** Levels of gray, 2 to 256. Default 32, which noise hides and which halve what 256 would take. */
  readonly levels?: number
  /** Default `"axial"`. */
  readonly plane?: Plane
}

/** Pictures of a slice as PNG: the image, and layers to lie over it that are transparent where they say nothing. */
export interface SlicePictures {
  readonly label: string
  readonly image: Uint8Array
  readonly truth?: Uint8Array
  readonly prediction?: Uint8Array
  readonly error?: Uint8Array
}

/** The slices of a case, small enough to be many on one page: about 10 kB each at the default size. */
export interface SliceStack {
  readonly name: string
  readonly width: number
  readonly height: number
  /** How much wider than high the slices are in the patient. */
  readonly aspect: number
  /** A scale bar: its length in mm, and as a share of the width. */
  readonly bar: { readonly millimeters: number; readonly share: number }
  /** Where left, right, top and bottom point to. */
  readonly directions: readonly [string, string, string, string]
  readonly slices: ReadonlyArray<SlicePictures>
  /** Which of them to show first: the one with the largest truth, or else prediction. */
  readonly first: number
}

/** Colours of the layers of a stack. */
export const LAYER_COLORS = {
  truth: [0, 158, 115],
  prediction: COLORS.tumor
} as const satisfies Record<string, Color>

/**
 * The pictures of a case for a report in which one scrolls through its slices.
 *
 * @throws ReportError for no slices, slices of two sizes, and levels out of range
 * @throws ShapeError for a mask that does not have as many pixels as its image
 * @example
 * ```ts
 * sliceStack("volume-0", [{ height, width, pixels, index: 0, spacing: [0.8, 0.8], truth }], { limit: 8 })
 * ```
 */
export const sliceStack = (
  name: string,
  slices: ReadonlyArray<StackSlice>,
  options: SliceStackOptions = {}
): SliceStack => {
  const { levels = 32, limit = 24, plane = "axial", size = 192 } = options
  check(name, slices, levels, limit)
  const [{ height, spacing, width }] = slices
  const shrink = Math.min(1, size / Math.max(height, width))
  const to: PlaneSize = [Math.max(1, Math.round(height * shrink)), Math.max(1, Math.round(width * shrink))]
  const kept = choose(slices, Math.min(limit, slices.length))
  const areas = kept.map(({ prediction, truth }) => areaOf(truth) + 1e-6 * areaOf(prediction))
  const across = width * spacing[1]
  const millimeters = barLength(across)
  const draw = pictures([height, width], to, levels)
  return {
    name,
    height: to[0],
    width: to[1],
    aspect: across / (height * spacing[0]),
    bar: { millimeters, share: millimeters / across },
    directions: DIRECTIONS[plane],
    slices: kept.map(draw),
    first: areas.indexOf(Math.max(...areas))
  }
}

const check = (name: string, slices: ReadonlyArray<StackSlice>, levels: number, limit: number): void => {
  const refuse = (reason: string) => new ReportError({ what: `the slices of "${name}"`, reason })
  if (slices.length === 0) throw refuse("there are none to show")
  if (!(levels >= 2 && levels <= 256)) throw refuse(`there are 2 to 256 levels of gray, not ${levels}`)
  if (!(limit >= 1)) throw refuse(`at least one must be kept, not ${limit}`)
  const [{ height, width }] = slices
  for (const { height: tall, index, pixels, prediction, truth, width: wide } of slices) {
    if (tall !== height || wide !== width) {
      throw refuse(`slice ${index} has ${wide} x ${tall} pixels, but the first has ${width} x ${height}`)
    }
    checkPlane(`slice ${index} of "${name}"`, pixels, [height, width])
    for (const mask of [truth, prediction]) {
      if (mask !== undefined) checkPlane(`a mask of slice ${index} of "${name}"`, mask, [height, width])
    }
  }
}

const areaOf = (mask: Uint8Array | undefined): number => {
  if (mask === undefined) return 0
  let area = 0
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) area++
  return area
}

/** As many slices as there is room for, evenly spread over those with a mark, then over the others; in their order. */
const choose = (slices: ReadonlyArray<StackSlice>, room: number): ReadonlyArray<StackSlice> => {
  const isMarked = slices.map(({ prediction, truth }) => areaOf(truth) + areaOf(prediction) > 0)
  const marked = slices.filter((_, i) => isMarked[i])
  const others = slices.filter((_, i) => !isMarked[i])
  const some = evenly(marked, Math.min(room, marked.length))
  return [...some, ...evenly(others, room - some.length)].sort((a, b) => a.index - b.index)
}

const evenly = <A>(all: ReadonlyArray<A>, count: number): ReadonlyArray<A> =>
  Array.from({ length: count }, (_, i) => all[Math.floor(((i + 0.5) * all.length) / count)])

const pictures = (from: PlaneSize, to: PlaneSize, levels: number) => {
  const [height, width] = to
  const smaller = areaAverage(from, to)
  const resize = nearestPixels(from, to)
  const grays = Array.from({ length: levels }, (_, i) => {
    const level = Math.round((255 * i) / (levels - 1))
    return [level, level, level, 255] as const
  })
  const layer = (classes: Uint8Array, colors: ReadonlyArray<Color>) => layerPng(classes, to, colors)
  return ({ index, pixels, prediction, truth }: StackSlice): SlicePictures => {
    const seen = truth && resize(inside(truth))
    const found = prediction && resize(inside(prediction))
    return {
      label: `slice ${index + 1}`,
      image: writeIndexedPng({ width, height, indices: quantized(smaller(pixels), levels), palette: grays }),
      ...(seen && { truth: layer(seen, [LAYER_COLORS.truth]) }),
      ...(found && { prediction: layer(found, [LAYER_COLORS.prediction]) }),
      ...(seen && found && { error: layer(agreement(seen, found), ERRORS) })
    }
  }
}

/** Values in [0, 1] as whole levels; what lies outside is the lowest or the highest. */
const quantized = (values: Float32Array, levels: number): Uint8Array => {
  const out = new Uint8Array(values.length)
  for (let i = 0; i < out.length; i++) out[i] = Math.round((levels - 1) * Math.min(1, Math.max(0, values[i])))
  return out
}

const ERRORS = [ERROR_COLORS.truePositive, ERROR_COLORS.falsePositive, ERROR_COLORS.falseNegative]

const inside = (mask: Uint8Array): Uint8Array => mask.map((value) => (value === 0 ? 0 : 1))

/** Of 255: how much of an area's inside is covered; its outline is opaque. */
const INSIDE = 110

/** Areas of classes from 1 on in their colours, outlined; nothing where the class is 0. */
const layerPng = (classes: Uint8Array, [height, width]: PlaneSize, colors: ReadonlyArray<Color>): Uint8Array => {
  const indices = classes.map((of, i) =>
    of === AGREEMENT.neither ? 0 : isEdge(classes, i, width) ? colors.length + of : of
  )
  const within = colors.map(([r, g, b]) => [r, g, b, INSIDE] as const)
  const edges = colors.map(([r, g, b]) => [r, g, b, 255] as const)
  return writeIndexedPng({ width, height, indices, palette: [[0, 0, 0, 0], ...within, ...edges] })
}
