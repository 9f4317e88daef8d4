import type * as Stream from "effect/Stream"
import type { Case } from "../volume/case.ts"
import type { Sample } from "../volume/sample.ts"
import type { Slice } from "../volume/slice.ts"
import type { ImageVolume } from "../volume/volume.ts"
import { attenuationPeak } from "./attenuationPeak.ts"
import { described } from "./description.ts"
import { pure, type StageError } from "./stage.ts"
import { StageOptionError } from "./stageOptionError.ts"

/**
 * A CT window in Hounsfield units: `level` is its middle, `width` its extent. The level `"peak"` is each CT's own: the
 * attenuation that most of its soft tissue has (`attenuationPeak`), so that livers look alike in all patients and phases.
 */
export interface Window {
  readonly level: number | "peak"
  readonly width: number
}

interface FixedWindow extends Window {
  readonly level: number
}

/**
 * Windows as radiologists name them. `lits` is [-200, 250] HU, what most work on LiTS clips to (H-DenseUNet among them).
 */
export const WINDOWS = {
  lits: { level: 25, width: 450 },
  liver: { level: 30, width: 150 },
  abdomen: { level: 40, width: 400 },
  softTissue: { level: 50, width: 350 },
  mediastinum: { level: 50, width: 500 },
  lung: { level: -600, width: 1500 },
  bone: { level: 400, width: 1800 },
  brain: { level: 40, width: 80 }
} as const satisfies Record<string, Window>

export type WindowName = keyof typeof WINDOWS

export interface WindowOptions {
  /** Rounds to the 256 levels of an 8-bit PNG, as work that goes through PNG files does. Default: no rounding. */
  readonly bits?: 8
}

/**
 * Maps Hounsfield units to [0, 1]: min(max((HU - level) / width + 1/2, 0), 1). NaN, which some writers put outside the
 * scanner's circle, becomes 0.
 *
 * A windowed volume works its voxels out when they are first read. Cutting slices from it never does, so a pipeline holds
 * the integers of the file and not twice their bytes in floats.
 *
 * The stage takes cases (their image), slices and samples (their pixels) alike; a window about the peak takes cases only, as a
 * peak is that of a whole CT.
 *
 * @param choice a window, or the name of one. Default `"lits"`: level 25, width 450.
 *
 * @example
 * ```ts
 * load("lits/").pipe(window({ level: 25, width: 450 }))
 * load("lits/").pipe(slice(), window("liver"))
 * ```
 */
export const window = (choice: Window | WindowName = "lits", options: WindowOptions = {}): WindowStage => {
  const chosen = resolve(choice)
  const apply = (element: Case | Slice | Sample): Case | Slice | Sample =>
    "image" in element
      ? { ...element, image: windowVolume(element.image, chosen, options) }
      : { ...element, pixels: windowPixels(element.pixels, chosen, options) }
  // `apply` gives back the kind of element that it was given, which a union in and a union out cannot say.
  return described("window", { ...chosen, ...options }, pure("window", apply)) as WindowStage
}

/** A stage that gives back the kind of element that it takes. */
export type WindowStage = <A extends Case | Slice | Sample, E, R>(
  self: Stream.Stream<A, E, R>
) => Stream.Stream<A, E | StageError, R>

/** `window` for one volume: the same grid, voxels in [0, 1] as float32, worked out when first read. */
export const windowVolume = (
  image: ImageVolume,
  choice: Window | WindowName = "lits",
  options: WindowOptions = {}
): ImageVolume => {
  const chosen = fixed(resolve(choice), image)
  let source: ImageVolume["voxels"] | undefined = image.voxels
  let voxels: Float32Array = new Float32Array(0)
  const windowed: ImageVolume = {
    kind: "image",
    shape: image.shape,
    spacing: image.spacing,
    affine: image.affine,
    get voxels() {
      if (source !== undefined) {
        voxels = windowPixels(source, chosen, options)
        source = undefined
        stored.delete(windowed)
      }
      return voxels
    }
  }
  stored.set(windowed, { image, map: (pixels) => windowPixels(pixels, chosen, options, pixels) })
  return windowed
}

/** `window` for bare intensities; writes into `out` where one is given, which may be the input itself. */
export const windowPixels = (
  pixels: ArrayLike<number>,
  choice: Window | WindowName = "lits",
  options: WindowOptions = {},
  out: Float32Array = new Float32Array(pixels.length)
): Float32Array => {
  const { level, width } = fixed(resolve(choice))
  const low = level - width / 2
  const scale = 1 / width
  for (let i = 0; i < pixels.length; i++) {
    const offset = pixels[i] - low
    out[i] = offset > 0 ? (offset < width ? offset * scale : 1) : 0
  }
  if (options.bits === 8) for (let i = 0; i < out.length; i++) out[i] = Math.round(out[i] * 255) / 255
  return out
}

/** How a volume is stored, and what turns stored intensities into its own; nothing to do for one that is plain. */
export const storedAs = (image: ImageVolume): Stored => stored.get(image) ?? { image, map: (pixels) => pixels }

interface Stored {
  readonly image: ImageVolume
  /** Maps intensities in place. */
  readonly map: (pixels: Float32Array) => Float32Array
}

// Beside the volumes rather than in them: a copy `{ ...volume, voxels }` is then plain, as its author means it to be.
const stored = new WeakMap<ImageVolume, Stored>()

const resolve = (choice: Window | WindowName): Window => {
  const chosen: Window | undefined = typeof choice === "string" ? WINDOWS[choice] : choice
  if (chosen === undefined) {
    throw new StageOptionError({
      stage: "window",
      option: "name",
      found: choice,
      expected: Object.keys(WINDOWS).join(", ")
    })
  }
  const { level, width } = chosen
  if (!(width > 0 && Number.isFinite(width) && (level === "peak" || Number.isFinite(level)))) {
    throw new StageOptionError({
      stage: "window",
      option: "level and width",
      found: `${level} and ${width}`,
      expected: 'finite Hounsfield units, the width above 0, or the level "peak"'
    })
  }
  return chosen
}

/** With a number for its level, for the CT that it is used on. */
const fixed = (window: Window, image?: ImageVolume): FixedWindow => {
  const { level, width } = window
  if (level !== "peak") return { level, width }
  const peak = image && attenuationPeak(image)
  if (peak !== undefined) return { level: peak, width }
  throw new StageOptionError({
    stage: "window",
    option: "level",
    found: level,
    expected: image
      ? "a number: this CT has no soft tissue with contrast medium in it, between 65 and 200 HU"
      : "a number: a peak is that of a whole CT, so that a window about it comes before slices are cut"
  })
}
