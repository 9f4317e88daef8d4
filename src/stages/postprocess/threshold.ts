import type { ImageVolume, LabelVolume } from "../../volume/volume.ts"
import type { CaseVolume } from "../restack.ts"
import { pure, type Stage, type StageError, type StageOptions } from "../stage.ts"
import { StageOptionError } from "../stageOptionError.ts"

/**
 * The mask of what exceeds a level of probability.
 *
 * @throws StageOptionError for a level that is no probability, where the stage is made
 *
 * @example
 * ```ts
 * predictions.pipe(restack("probabilities"), threshold(0.5))
 * ```
 */
export const threshold = (
  level: number,
  options?: Pick<StageOptions, "onFailure">
): Stage<CaseVolume<ImageVolume>, CaseVolume<LabelVolume>, StageError> => {
  if (!(level >= 0 && level <= 1)) {
    throw new StageOptionError({ stage: "threshold", option: "level", found: level, expected: "0 to 1" })
  }
  return pure("threshold", ({ caseId, volume }) => ({ caseId, volume: thresholdVolume(volume, level) }), options)
}

/** 1 where a voxel is above `level`, which may be of any unit, else 0. */
export const thresholdVolume = ({ affine, shape, spacing, voxels }: ImageVolume, level: number): LabelVolume => {
  const mask = new Uint8Array(voxels.length)
  for (let i = 0; i < voxels.length; i++) mask[i] = voxels[i] > level ? 1 : 0
  return { kind: "labels", shape, spacing, affine, voxels: mask }
}
