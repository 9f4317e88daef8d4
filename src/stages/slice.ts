import type { Case } from "../volume/case.ts"
import { nearestPixels } from "../volume/nearestPixels.ts"
import type { Plane, Slice } from "../volume/slice.ts"
import { LABEL } from "../volume/volume.ts"
import { bodyRegion } from "./bodyRegion.ts"
import { checkChoice } from "./checkChoice.ts"
import { described } from "./description.ts"
import { gather, type PlaneView, planeView, within } from "./planeView.ts"
import { resizePixels } from "./resizePixels.ts"
import { expand, type Stage, type StageError, type StageOptions } from "./stage.ts"
import { StageOptionError } from "./stageOptionError.ts"
import { UnlabelledError } from "./unlabelledError.ts"
import { storedAs } from "./window.ts"

export interface SliceOptions extends Pick<StageOptions, "onFailure"> {
  /** Default `"axial"`. */
  readonly plane?: Plane
  /**
   * What of the plane they show: all that was scanned (default), or the smallest rectangle around the body, so that no pixel of
   * a given size is spent on air and table.
   */
  readonly field?: "scan" | "body"
  /** Height and width in pixels. Default: one pixel a voxel. */
  readonly size?: readonly [height: number, width: number]
  /**
   * Which slices: all, those with liver (tumour included), or those with tumour, by the labels at full resolution.
   * Default `"all"`.
   */
  readonly keep?: "all" | "liver" | "tumor"
}

/**
 * The 2-D slices of each case in an anatomical plane, whatever the axis order of the file: patient right on image left,
 * anterior (axial) or superior (coronal, sagittal) up. Slice 0 is the lowest, the most anterior, or the rightmost.
 *
 * Sizes change by area averaging for images (linearly where they grow) and by nearest neighbour for labels. Each slice is
 * read straight from the voxels when it is asked for, and knows its way back: see `restack`.
 *
 * A case that cannot be sliced fails, or is skipped, with a `StageError`: its cause is an `UnlabelledError` where `keep` needs
 * labels that are not there.
 *
 * @throws StageOptionError for an option that is none, where the stage is made
 *
 * @example
 * ```ts
 * load("lits/").pipe(window(), slice({ plane: "coronal", size: [256, 256], keep: "tumor" }))
 * ```
 */
export const slice = (options: SliceOptions = {}): Stage<Case, Slice, StageError> => {
  const { field = "scan", keep = "all", plane = "axial" } = options
  checkChoice("slice", "plane", plane, ["axial", "coronal", "sagittal"])
  checkChoice("slice", "field", field, ["scan", "body"])
  checkChoice("slice", "keep", keep, ["all", "liver", "tumor"])
  const { size } = options
  if (
    size !== undefined &&
    !(size.length === 2 && [...size].every((pixels) => Number.isInteger(pixels) && pixels > 0))
  ) {
    throw new StageOptionError({
      stage: "slice",
      option: "size",
      found: `[${size}]`,
      expected: "[height, width] in whole pixels, at least 1"
    })
  }
  const stage = expand("slice", (patient: Case) => slicesOf(patient, options), options)
  return described("slice", options, stage)
}

/** `slice` for one case, lazily. */
export function* slicesOf(patient: Case, options: SliceOptions = {}): Generator<Slice, void, undefined> {
  const { id, image, labels, spacingTrusted } = patient
  const { field = "scan", keep = "all", plane = "axial", size } = options
  if (labels === undefined && keep !== "all") {
    throw new UnlabelledError({ caseId: id, purpose: `to keep ${keep} slices by` })
  }
  const stored = storedAs(image)
  const whole = planeView(image, plane)
  const region = field === "body" ? bodyRegion(stored.image.voxels, whole) : undefined
  const view = region ? within(whole, region) : whole
  const resizer = resizerOf(view, size)
  const [height, width] = size ?? [view.height, view.width]
  const spacing = [(view.spacing[0] * view.height) / height, (view.spacing[1] * view.width) / width] as const
  const grid = { shape: image.shape, spacing: image.spacing, affine: image.affine }
  const room = view.height * view.width
  let found = labels && new Uint8Array(room)
  let pixels = new Float32Array(room)
  for (let index = 0; index < view.count; index++) {
    if (labels && found) gather(view, index, labels.voxels, found)
    if (found && !isWanted(found, keep)) continue
    stored.map(gather(view, index, stored.image.voxels, pixels))
    yield {
      caseId: id,
      height,
      width,
      pixels: resizer ? resizer.pixels(pixels) : pixels,
      ...(found && { labels: resizer ? resizer.labels(found) : found }),
      spacing,
      origin: { grid, plane, ...(region && { region }), index, count: view.count, spacingTrusted }
    }
    if (!resizer) {
      found &&= new Uint8Array(room)
      pixels = new Float32Array(room)
    }
  }
}

/** Undefined where slices stay as they are; otherwise what it gives is never what it was given. */
const resizerOf = ({ height, width }: PlaneView, size: SliceOptions["size"]) =>
  size === undefined || (size[0] === height && size[1] === width)
    ? undefined
    : { pixels: resizePixels([height, width], size), labels: nearestPixels([height, width], size) }

const isWanted = (labels: Uint8Array, keep: "all" | "liver" | "tumor"): boolean =>
  keep === "all" || labels.includes(LABEL.tumor) || (keep === "liver" && labels.includes(LABEL.liver))
