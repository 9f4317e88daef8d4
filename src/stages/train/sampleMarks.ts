import * as Effect from "effect/Effect"
import { fold, key } from "../../random/index.ts"
import type { Sample } from "../../volume/index.ts"
import type { CacheError } from "../cache/cacheError.ts"
import type { Dataset } from "../cache/dataset.ts"
import type { FileError } from "../files.ts"

/** 64 bits that tell one list of samples from another, without reading any. */
export const hashOf = ({ info }: Dataset): string =>
  info
    .reduce((from, { caseId, origin, marked }) => fold(from, caseId, origin.index, marked), key(info.length))
    .map((word) => word.toString(16).padStart(8, "0"))
    .join("")

/** The means of a few samples of each set: they tell samples seen through another window, or changed by another stage. */
export const meansOf = (
  training: Dataset,
  validation: Dataset | undefined
): Effect.Effect<Readonly<Record<string, ReadonlyArray<string>>>, CacheError | FileError> =>
  Effect.all({
    meanPixels: means(training),
    ...(validation && { validationMeanPixels: means(validation) })
  })

const means = (dataset: Dataset) =>
  Effect.forEach([0, 0.5, 1], (part) => Effect.map(dataset.get(Math.floor(part * (dataset.length - 1))), meanOf))

const meanOf = ({ pixels }: Sample): string =>
  (pixels.reduce((sum, value) => sum + value, 0) / pixels.length).toPrecision(4)
