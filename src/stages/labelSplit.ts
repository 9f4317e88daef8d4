import type { Sample, Target } from "../volume/sample.ts"
import type { Slice } from "../volume/slice.ts"
import { LABEL } from "../volume/volume.ts"
import { described } from "./description.ts"
import { pure, type Stage, type StageError, type StageOptions } from "./stage.ts"
import { UnlabelledError } from "./unlabelledError.ts"

/**
 * One binary mask of the labels of each slice: `"tumor"` is label 2, `"liver"` label 1 alone (the paper's label separation,
 * which leaves holes where tumours are), `"wholeLiver"` both (what LiTS scores).
 *
 * A slice without labels fails, or is skipped, with a `StageError` whose cause is an `UnlabelledError`.
 *
 * @example
 * ```ts
 * load("lits/").pipe(window(), slice({ size: [256, 256] }), labelSplit("tumor"))
 * ```
 */
export const labelSplit = (target: Target, options?: StageOptions): Stage<Slice, Sample, StageError> =>
  described(
    "labelSplit",
    { ...options, target },
    pure("labelSplit", (slice: Slice) => toSample(slice, target), options)
  )

/** `labelSplit` for one slice. Throws `UnlabelledError` if it has no labels. */
export const toSample = ({ labels, ...slice }: Slice, target: Target): Sample => {
  if (labels === undefined) throw new UnlabelledError({ caseId: slice.caseId, purpose: `to make a ${target} mask of` })
  return { ...slice, target, mask: maskOf(labels, target) }
}

/** 1 where a label belongs to the target, 0 elsewhere; for slices and volumes alike. */
export const maskOf = (labels: Uint8Array, target: Target): Uint8Array => {
  const mask = new Uint8Array(labels.length)
  const first = target === "tumor" ? LABEL.tumor : LABEL.liver
  const last = target === "liver" ? LABEL.liver : LABEL.tumor
  for (let i = 0; i < labels.length; i++) mask[i] = labels[i] >= first && labels[i] <= last ? 1 : 0
  return mask
}
