import type { LabelVolume } from "../../volume/volume.ts"
import type { CaseVolume } from "../restack.ts"
import { pure, type Stage, type StageError, type StageOptions } from "../stage.ts"
import { StageOptionError } from "../stageOptionError.ts"
import { type ComponentOptions, checkComponents, filterComponents } from "./filterComponents.ts"

/** The least size of what stays: in mm^3, or in voxels where millimetres mean nothing (`spacingTrusted: false`). */
export type SmallestSize = { readonly mm3: number } | { readonly voxels: number }

/**
 * Removes connected components smaller than a size. A component is of whatever is not 0, and keeps its labels.
 *
 * @throws StageOptionError for a size that is negative or no number, or a neighbourhood that is none, where the stage is made
 *
 * @example
 * ```ts
 * predictions.pipe(restack("mask"), removeSmall({ mm3: 20 }))
 * ```
 */
export const removeSmall = (
  size: SmallestSize & ComponentOptions,
  options?: Pick<StageOptions, "onFailure">
): Stage<CaseVolume<LabelVolume>, CaseVolume<LabelVolume>, StageError> => {
  const refuse = (found: unknown, expected: string) => {
    throw new StageOptionError({ stage: "removeSmall", option: "size", found, expected })
  }
  if ("mm3" in size && "voxels" in size) refuse("in mm3 and in voxels", "one of the two")
  const least: unknown = "mm3" in size ? size.mm3 : size.voxels
  if (!(typeof least === "number" && least >= 0)) refuse(least, "a number, at least 0")
  checkComponents("removeSmall", size)
  return pure("removeSmall", ({ caseId, volume }) => ({ caseId, volume: removeSmallVolume(volume, size) }), options)
}

/** `removeSmall` for one volume. */
export const removeSmallVolume = (labels: LabelVolume, size: SmallestSize & ComponentOptions): LabelVolume => {
  const [x, y, z] = labels.spacing
  const least = "mm3" in size ? size.mm3 / (x * y * z) : size.voxels
  // A size that is met exactly must not be lost to the rounding of a product of decimals.
  return filterComponents(
    labels,
    ({ sizes }) =>
      (id) =>
        sizes[id] >= least * (1 - 1e-9),
    size
  )
}
