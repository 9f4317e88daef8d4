import type { Case } from "../volume/case.ts"
import { nearestPixels } from "../volume/nearestPixels.ts"
import type { Plane, Slice } from "../volume/slice.ts"
import { LABEL } from "../volume/volume.ts"
import { described } from "./description.ts"
import { gather, planeView } from "./planeView.ts"
import { resizePixels } from "./resizePixels.ts"
import { expand, type Stage, type StageError, type StageOptions } from "./stage.ts"
import { StageOptionError } from "./stageOptionError.ts"
import { UnlabelledError } from "./unlabelledError.ts"
import { storedAs } from "./window.ts"

export interface SliceOptions extends Pick<StageOptions, "onFailure"> {
  /** Default `"axial"`. */
  readonly plane?: Plane
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
 * @example
 * ```ts
 * load("lits/").pipe(window(), slice({ plane: "coronal", size: [256, 256], keep: "tumor" }))
 * ```
 */
export const slice = (options: SliceOptions = {}): Stage<Case, Slice, StageError> => {
  for (const pixels of options.size ?? []) {
    if (!Number.isInteger(pixels) || pixels < 1) {
      throw new StageOptionError({
        stage: "slice",
        option: "size",
        found: `[${options.size}]`,
        expected: "[height, width] in whole pixels, at least 1"
      })
    }
  }
  const stage = expand("slice", (patient: Case) => slicesOf(patient, options), options)
  return described("slice", options, stage)
}

/** `slice` for one case, lazily. */
export function* slicesOf(patient: Case, options: SliceOptions = {}): Generator<Slice, void, undefined> {
  const { id, image, labels, spacingTrusted } = patient
  const { keep = "all", plane = "axial", size } = options
  if (labels === undefined && keep !== "all") {
    throw new UnlabelledError({ caseId: id, purpose: `to keep ${keep} slices by` })
  }
  const view = planeView(image, plane)
  const read = [view.height, view.width] as const
  const [height, width] = size ?? read
  const count = view.height * view.width
  const resize = resizePixels(read, [height, width])
  const resizeLabels = nearestPixels(read, [height, width])
  const spacing = [(view.spacing[0] * view.height) / height, (view.spacing[1] * view.width) / width] as const
  const grid = { shape: image.shape, spacing: image.spacing, affine: image.affine }
  const stored = storedAs(image)
  for (let index = 0; index < view.count; index++) {
    const found = labels && gather(view, index, labels.voxels, new Uint8Array(count))
    if (found !== undefined && !isWanted(found, keep)) continue
    const pixels = stored.map(gather(view, index, stored.image.voxels, new Float32Array(count)))
    yield {
      caseId: id,
      height,
      width,
      pixels: resize(pixels),
      ...(found && { labels: resizeLabels(found) }),
      spacing,
      origin: { grid, plane, index, count: view.count, spacingTrusted }
    }
  }
}

const isWanted = (labels: Uint8Array, keep: "all" | "liver" | "tumor"): boolean =>
  keep === "all" || labels.includes(LABEL.tumor) || (keep === "liver" && labels.includes(LABEL.liver))
