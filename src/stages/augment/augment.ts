import { fold, type Key, key } from "../../random/index.ts"
import type { Sample } from "../../volume/index.ts"
import { pure, type Stage, type StageError } from "../stage.ts"
import { compose, type Steps } from "./compose.ts"
import type { Transform } from "./transform.ts"

/** A sample that was changed, with the record of how. It lies on a grid of its own: `origin` only says which slice it was. */
export interface AugmentedSample extends Sample {
  readonly augmentation: Steps
}

/**
 * Changes each sample at random, image and mask alike. What happens to a slice depends only on the seed, the epoch and
 * which slice it is: not on the order of the stream, on concurrency or on where a run was resumed. Masks of different
 * targets on one slice move together.
 *
 * Each sample carries its record, so that any of them can be made again: `compose(transforms).apply(sample, record)`.
 * Fails with a `StageError` around the `AugmentError` of a transform that cannot be applied.
 *
 * @example
 * ```ts
 * const varied = samples(dataset).pipe(
 *   augment([flip({ axis: "vertical" }), rotate({ degrees: [-15, 15] }), sometimes(0.3, elastic())], { seed: 1, epoch: 4 })
 * )
 * ```
 */
export const augment = (
  transforms: ReadonlyArray<Transform>,
  { seed, epoch }: { readonly seed: number; readonly epoch: number }
): Stage<Sample, AugmentedSample, StageError> => {
  const all = compose(transforms)
  const from = key(seed)
  return pure("augment", (sample: Sample): AugmentedSample => {
    const augmentation = all.params(augmentKey(from, sample, epoch), sample)
    return { ...all.apply(sample, augmentation), augmentation }
  })
}

/** The key from which a slice's augmentation in an epoch is drawn. */
const augmentKey = (from: Key, { caseId, origin }: Sample, epoch: number): Key =>
  fold(from, "augment", epoch, caseId, origin.plane, origin.index)
