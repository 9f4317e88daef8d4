import type { Sample, Targets } from "../volume/sample.ts"
import type { Slice } from "../volume/slice.ts"
import { LABEL } from "../volume/volume.ts"
import { checkTargets } from "./checkChoice.ts"
import { described } from "./description.ts"
import { pure, type Stage, type StageError, type StageOptions } from "./stage.ts"
import { UnlabelledError } from "./unlabelledError.ts"

/**
 * One binary mask of the labels of each slice: `"tumor"` is label 2, `"liver"` label 1 alone (the paper's label separation,
 * which leaves holes where tumours are), `"wholeLiver"` both (what LiTS scores).
 *
 * Of several targets it is one mask with a value for each: 1 for the first, 2 for the second and so on. Where they overlap the
 * later one counts. `["liver", "tumor"]` are the labels of LiTS themselves; a network learns them with three classes, of which
 * the background is the first, under a softmax loss.
 *
 * A slice without labels fails, or is skipped, with a `StageError` whose cause is an `UnlabelledError`.
 *
 * @throws StageOptionError for a target that is none, where the stage is made
 *
 * @example
 * ```ts
 * load("lits/").pipe(window(), slice({ size: [256, 256] }), labelSplit("tumor"))
 * ```
 */
export const labelSplit = (target: Targets, options?: StageOptions): Stage<Slice, Sample, StageError> => {
  checkTargets("labelSplit", target)
  return described(
    "labelSplit",
    { ...options, target },
    pure("labelSplit", (slice: Slice) => toSample(slice, target), options)
  )
}

/** `labelSplit` for one slice. Throws `UnlabelledError` if it has no labels. */
export const toSample = ({ labels, ...slice }: Slice, target: Targets): Sample => {
  if (labels === undefined) {
    const mask = [target].flat().join(" and ")
    throw new UnlabelledError({ caseId: slice.caseId, purpose: `to make a ${mask} mask of` })
  }
  return { ...slice, target, mask: maskOf(labels, target) }
}

/** 1 where a label belongs to the target (2 to the second of several, and so on), 0 elsewhere; for slices and volumes alike. */
export const maskOf = (labels: Uint8Array, target: Targets): Uint8Array => {
  const values = new Uint8Array(256)
  for (const [i, each] of [target].flat().entries()) {
    const first = each === "tumor" ? LABEL.tumor : LABEL.liver
    const last = each === "liver" ? LABEL.liver : LABEL.tumor
    values.fill(i + 1, first, last + 1)
  }
  const mask = new Uint8Array(labels.length)
  for (let i = 0; i < labels.length; i++) mask[i] = values[labels[i]]
  return mask
}
