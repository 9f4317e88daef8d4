import type { ImageVolume, LabelVolume } from "../../volume/volume.ts"
import type { CaseVolume } from "../restack.ts"
import { pure, type Stage, type StageError, type StageOptions } from "../stage.ts"

/**
 * The mask of what exceeds a level, such as of restacked probabilities.
 *
 * @example
 * ```ts
 * predictions.pipe(restack("probabilities"), threshold(0.5))
 * ```
 */
export const threshold = (
  level: number,
  options?: Pick<StageOptions, "onFailure">
): Stage<CaseVolume<ImageVolume>, CaseVolume<LabelVolume>, StageError> =>
  pure("threshold", ({ caseId, volume }) => ({ caseId, volume: thresholdVolume(volume, level) }), options)

/** `threshold` for one volume: 1 where a voxel is above `level`, else 0. */
export const thresholdVolume = ({ affine, shape, spacing, voxels }: ImageVolume, level: number): LabelVolume => {
  const mask = new Uint8Array(voxels.length)
  for (let i = 0; i < voxels.length; i++) mask[i] = voxels[i] > level ? 1 : 0
  return { kind: "labels", shape, spacing, affine, voxels: mask }
}
