import * as Effect from "effect/Effect"
import { TaggedError } from "../errors.ts"
import { writeNifti } from "../formats/writeNifti.ts"
import { DEFAULT_SHAPE, type PhantomOptions, phantomCase } from "../phantom/phantom.ts"
import { type FileError, Files, joinPath } from "./files.ts"
import { progress } from "./progress.ts"

export interface PhantomCohortOptions extends PhantomOptions {
  /** How many cases. Default 10. */
  readonly cases?: number
  /** Default 1. */
  readonly seed?: number
}

/** A folder holds a cohort that was made otherwise: where, and in what it differs. */
export class PhantomCohortError extends TaggedError("PhantomCohortError")<{
  readonly directory: string
  readonly found: string
  readonly wanted: string
}> {
  override get message() {
    return `${this.directory} holds a cohort of ${this.found}, not of ${this.wanted}; choose another directory or remove it`
  }
}

const RECORD = "cohort.json"

/**
 * Writes a synthetic cohort in LiTS layout: `volume-N.nii.gz` and `segmentation-N.nii.gz`. Cases that are there already stay,
 * so an interrupted call is completed by the next one and a cohort can be extended; one of another seed or shape is not
 * touched.
 *
 * @returns the directory, to be loaded
 *
 * @example
 * ```ts
 * await run(writePhantomCohort("runs/phantom", { cases: 20, seed: 1 }))
 * ```
 */
export const writePhantomCohort = (
  directory: string,
  options: PhantomCohortOptions = {}
): Effect.Effect<string, FileError | PhantomCohortError, Files> => {
  const { cases = 10, seed = 1, shape = DEFAULT_SHAPE } = options
  return Effect.gen(function* () {
    const files = yield* Files
    yield* files.makeDirectory(directory)
    yield* claim(directory, `seed ${seed} and ${shape.join(" x ")} voxels`)
    for (let index = 0; index < cases; index++) {
      yield* progress({ task: "phantom", done: index, total: cases, item: `volume-${index}` })
      const volume = joinPath(directory, `volume-${index}.nii.gz`)
      const segmentation = joinPath(directory, `segmentation-${index}.nii.gz`)
      const there = [yield* files.stat(volume), yield* files.stat(segmentation)]
      if (there.every((info) => info !== undefined)) continue
      const { image, labels } = phantomCase(seed, index, { shape })
      yield* files.write(volume, writeNifti(image, { level: 4 }), { overwrite: true })
      if (labels !== undefined) yield* files.write(segmentation, writeNifti(labels), { overwrite: true })
    }
    yield* progress({ task: "phantom", done: cases, total: cases })
    return directory
  })
}

/** Writes down what a folder holds before the first case, or compares with what is written there. */
const claim = Effect.fnUntraced(function* (directory: string, wanted: string) {
  const files = yield* Files
  const path = joinPath(directory, RECORD)
  if ((yield* files.stat(path)) === undefined) {
    const record = { format: "hepaflow phantom cohort", version: 1, made: wanted }
    yield* files.write(path, new TextEncoder().encode(`${JSON.stringify(record, null, 2)}\n`))
    return
  }
  const text = new TextDecoder().decode(yield* files.read(path))
  const found = madeOf(text)
  if (found !== wanted) return yield* Effect.fail(new PhantomCohortError({ directory, found, wanted }))
})

const madeOf = (text: string): string => {
  try {
    const { made } = JSON.parse(text) as { readonly made?: unknown }
    return typeof made === "string" ? made : "an unknown kind"
  } catch {
    return "an unknown kind"
  }
}
