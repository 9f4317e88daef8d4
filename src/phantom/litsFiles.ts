import { type WriteNiftiOptions, writeNifti } from "../formats/index.ts"
import { type PhantomCohortOptions, phantomCohort } from "./cohort.ts"
import { PHANTOM_MARK } from "./mark.ts"
import type { PhantomCase } from "./phantom.ts"

/** A file to be written under the folder of a cohort. */
export interface PhantomFile {
  readonly path: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** The names that LiTS would give the CT and the labels of a case. */
export const litsNames = (index: number): { readonly image: string; readonly labels: string } => ({
  image: `volume-${index}.nii.gz`,
  labels: `segmentation-${index}.nii.gz`
})

/** Noise does not compress, so that more effort only takes longer. */
const OPTIONS: WriteNiftiOptions = { level: 1, description: PHANTOM_MARK }

/** The CT and the labels of one case as gzipped NIfTI. Both say in their headers that they are a phantom's. */
export const litsFiles = ({
  index,
  image,
  labels
}: PhantomCase): readonly [image: PhantomFile, labels: PhantomFile] => {
  const names = litsNames(index)
  return [
    { path: names.image, bytes: writeNifti(image, OPTIONS) },
    { path: names.labels, bytes: writeNifti(labels, OPTIONS) }
  ]
}

/**
 * A cohort as the files of LiTS: `volume-0.nii.gz`, `segmentation-0.nii.gz`, `volume-1.nii.gz`, ... One case is made at a
 * time; the same options give the same bytes.
 *
 * Throws `PhantomError` where an option is out of range.
 *
 * @example
 * ```ts
 * for (const { path, bytes } of phantomFiles({ cases: 10, seed: 1, shape: [64, 64, 16] })) {
 *   await writeFile(`phantoms/${path}`, bytes)
 * }
 * ```
 */
export function* phantomFiles(options: PhantomCohortOptions): Generator<PhantomFile, void, undefined> {
  for (const phantom of phantomCohort(options)) yield* litsFiles(phantom)
}
