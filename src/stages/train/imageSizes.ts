import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { InputShapeError } from "../../modules/errors.ts"
import { augment } from "../augment/augment.ts"
import type { CacheError } from "../cache/cacheError.ts"
import type { Dataset, SampleInfo } from "../cache/dataset.ts"
import type { FileError } from "../files.ts"
import type { StageError } from "../stage.ts"
import type { TrainPlan } from "./trainOptions.ts"

/** A slice, and the size in which it comes to the network. */
type Outline = Pick<SampleInfo, "caseId" | "origin" | "height" | "width">

/** As often as this, at least, augmentation is tried: it may crop or turn at random. */
const TRIALS = 8

/**
 * Looks at the sizes of images before the first step. Where there is augmentation, a sample of each size is changed as it will
 * be in the first epochs. Images that the engine takes one at a time may differ.
 *
 * Fails with an `InputShapeError` for a size that the network cannot take or that differs from the others of its set, and with
 * a `StageError` for a transform that cannot be applied.
 */
export const checkSizes = (
  dataset: Dataset,
  plan: TrainPlan
): Effect.Effect<void, InputShapeError | StageError | CacheError | FileError> =>
  Effect.gen(function* () {
    const training = plan.augmentation.length === 0 ? dataset.info : yield* augmented(dataset, plan)
    yield* Effect.try({
      try: () => {
        checkSet("training", training, plan)
        if (plan.validation !== undefined) checkSet("validation", plan.validation.info, plan)
      },
      catch: (error) => error as InputShapeError
    })
  })

/** What becomes of a sample of each size in the first epochs. */
const augmented = (
  dataset: Dataset,
  { augmentation, seed, epochs }: TrainPlan
): Effect.Effect<ReadonlyArray<Outline>, StageError | CacheError | FileError> => {
  const places = [...new Map(dataset.info.map(({ height, width }, place) => [`${height} x ${width}`, place])).values()]
  const tried = Array.from({ length: Math.min(epochs, Math.ceil(TRIALS / places.length)) }, (_, epoch) => epoch)
  return Stream.fromIterable(tried).pipe(
    Stream.flatMap((epoch) => dataset.stream(places).pipe(augment(augmentation, { seed, epoch }))),
    Stream.map(({ caseId, origin, height, width }): Outline => ({ caseId, origin, height, width })),
    Stream.runCollect
  )
}

const checkSet = (
  set: "training" | "validation",
  images: ReadonlyArray<Outline>,
  { network, batchSize, microBatchSize, augmentation }: TrainPlan
): void => {
  for (const { height, width } of images) network.check([batchSize, height, width, 1])
  const [first] = images
  const other = images.find(({ height, width }) => height !== first.height || width !== first.width)
  if (other === undefined || microBatchSize === 1) return
  const changed = set === "training" && augmentation.length > 0 ? " after augmentation" : ""
  throw new InputShapeError({
    of: `train, in one ${set} batch with ${first.height} x ${first.width}${changed},`,
    found: [other.height, other.width],
    expected: `slice or crop all to one size (case ${other.caseId}, slice ${other.origin.index})`
  })
}
