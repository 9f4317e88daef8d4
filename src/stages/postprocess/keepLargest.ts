import type { LabelVolume } from "../../volume/volume.ts"
import type { CaseVolume } from "../restack.ts"
import { pure, type Stage, type StageError, type StageOptions } from "../stage.ts"
import { type ComponentOptions, checkComponents, filterComponents } from "./filterComponents.ts"

/**
 * Keeps the largest connected component, such as of a liver; of equals, the one that comes first in memory. A component is
 * of whatever is not 0, and keeps its labels.
 *
 * @throws StageOptionError for a neighbourhood that is none, where the stage is made
 *
 * @example
 * ```ts
 * predictions.pipe(restack("mask"), keepLargest())
 * ```
 */
export const keepLargest = (
  options: ComponentOptions & Pick<StageOptions, "onFailure"> = {}
): Stage<CaseVolume<LabelVolume>, CaseVolume<LabelVolume>, StageError> => {
  checkComponents("keepLargest", options)
  return pure("keepLargest", ({ caseId, volume }) => ({ caseId, volume: keepLargestVolume(volume, options) }), options)
}

/** `keepLargest` for one volume. */
export const keepLargestVolume = (labels: LabelVolume, options: ComponentOptions = {}): LabelVolume =>
  filterComponents(
    labels,
    ({ sizes }) => {
      const largest = sizes.indexOf(sizes.reduce((most, size) => Math.max(most, size), 0))
      return (id) => id === largest
    },
    options
  )
