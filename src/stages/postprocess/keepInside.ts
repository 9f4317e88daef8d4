import * as Effect from "effect/Effect"
import type { LabelVolume } from "../../volume/volume.ts"
import { onGridOf } from "../onGridOf.ts"
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
          try: () => {
            // What a map does not have comes here as nothing, whatever its type says.
            if (outer === undefined) throw new Error("there is no mask to keep inside of")
            return { caseId, volume: keepInsideVolume(volume, outer) }
          },
          catch: (cause) => new StageError({ stage: "keepInside", caseId, cause })
        })
      ),
    options
  )

/**
 * `keepInside` for one volume: its labels where `outer`, in whatever voxel order it is, is not 0.
 *
 * @throws ShapeError for volumes of two shapes, GeometryError for volumes of two places
 */
export const keepInsideVolume = (labels: LabelVolume, outer: LabelVolume): LabelVolume => {
  const { voxels } = onGridOf(outer, labels, "the mask to keep inside of")
  return { ...labels, voxels: labels.voxels.map((label, i) => (voxels[i] === 0 ? 0 : label)) }
}
