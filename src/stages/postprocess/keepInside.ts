import * as Effect from "effect/Effect"
import { type LabelVolume, ShapeError } from "../../volume/volume.ts"
import type { CaseVolume } from "../restack.ts"
import { make, type Stage, StageError, type StageOptions } from "../stage.ts"

/**
 * Keeps what lies inside another mask of the same case, such as tumour inside the liver. `of` finds that mask.
 *
 * @example
 * ```ts
 * const liver = (caseId: string) => Effect.succeed(livers.get(caseId)!)
 * predictions.pipe(restack("mask"), keepInside(liver))
 * ```
 */
export const keepInside = <E, R>(
  of: (caseId: string) => Effect.Effect<LabelVolume, E, R>,
  options?: StageOptions
): Stage<CaseVolume<LabelVolume>, CaseVolume<LabelVolume>, StageError | E, R> =>
  make(
    "keepInside",
    ({ caseId, volume }) =>
      Effect.flatMap(of(caseId), (outer) =>
        Effect.try({
          try: () => ({ caseId, volume: keepInsideVolume(volume, outer) }),
          catch: (cause) => new StageError({ stage: "keepInside", caseId, cause })
        })
      ),
    options
  )

/** `keepInside` for one volume: its labels where `outer` is not 0. Throws `ShapeError` for volumes of two shapes. */
export const keepInsideVolume = (labels: LabelVolume, outer: LabelVolume): LabelVolume => {
  if (labels.shape.some((n, axis) => n !== outer.shape[axis])) {
    throw new ShapeError({ what: "the mask to keep inside of", expected: labels.shape, found: outer.shape })
  }
  return { ...labels, voxels: labels.voxels.map((label, i) => (outer.voxels[i] === 0 ? 0 : label)) }
}
