import { type Confusion, mergeConfusion } from "../../src/metrics/confusion.ts"
import { rocCounts } from "../../src/metrics/roc.ts"
import type { CaseResult, ContourSums } from "../../src/pipelines/evaluate.ts"

/** A result with these counts, the same in pixels as in voxels; nothing else in it matters. */
export const caseResult = (
  caseId: string,
  slices: ReadonlyArray<Confusion>,
  { contours = [] }: { readonly contours?: ReadonlyArray<ContourSums> } = {}
): CaseResult => {
  const { truePositives, falsePositives, ...roc } = rocCounts([0.9, 0.2], [1, 0])
  const found = { references: 1, referencesFound: 1, predictions: 2, predictionsRight: 1, pairs: 1 }
  return {
    caseId,
    images: slices.map((pixels, slice) => ({ slice, pixels, ...(contours[slice] && { contour: contours[slice] }) })),
    roc: { ...roc, truePositives: [...truePositives], falsePositives: [...falsePositives] },
    volume: {
      caseId,
      target: "tumor",
      voxels: mergeConfusion(slices),
      slices: slices.map((voxels, slice) => ({ slice, voxels })),
      lesions: [],
      detection: { half: found, any: found }
    }
  }
}
