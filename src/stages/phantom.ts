import * as Effect from "effect/Effect"
import { TaggedError } from "../errors.ts"
import { completeOptions, type PhantomCohortOptions } from "../phantom/cohort.ts"
import { litsNames } from "../phantom/litsFiles.ts"
import { PHANTOM_VERSION } from "../phantom/phantom.ts"
import type { PhantomError } from "../phantom/phantomError.ts"
import { type FileError, Files, joinPath } from "./files.ts"
import { type PhantomMaker, PhantomMakers } from "./phantomMaker.ts"
import { progress } from "./progress.ts"

/** A folder that holds something else than the cohort asked for. */
export class PhantomFolderError extends TaggedError("PhantomFolderError")<{
  readonly directory: string
  readonly reason: string
}> {
  override get message() {
    return `phantom: ${this.directory} ${this.reason}; choose another folder, or remove this one`
  }
}

/** What `writePhantomCohort` did. */
export interface PhantomFolder {
  readonly directory: string
  /** How many cases were made now, and how many were there from an earlier call. */
  readonly made: number
  readonly kept: number
}

/**
 * Writes a phantom cohort in LiTS layout: `volume-N.nii.gz` and `segmentation-N.nii.gz`, beside a `cohort.json` that says what
 * they were made from. Cases that are there are kept, so that the same call again does nothing, goes on where it was stopped, or
 * adds the cases that a longer cohort has more.
 *
 * Fails with a `PhantomFolderError` where the folder holds other volumes or a cohort of other options, with a `PhantomError`
 * where an option is out of range, and with a `FileError` where a file cannot be written.
 *
 * @example
 * ```ts
 * await run(writePhantomCohort("phantoms", { cases: 10, seed: 1, shape: [64, 64, 16] }))
 * const samples = load("phantoms").pipe(window(), slice(), labelSplit("tumor"))
 * ```
 */
export const writePhantomCohort = Effect.fnUntraced(function* (
  directory: string,
  options: PhantomCohortOptions
): Effect.fn.Return<PhantomFolder, PhantomFolderError | PhantomError | FileError, Files> {
  const { cases, seed, shape } = yield* Effect.try({
    try: () => completeOptions(options),
    catch: (error) => error as PhantomError
  })
  const files = yield* Files
  yield* files.makeDirectory(directory)
  const present = new Set(yield* files.list(directory))
  yield* claim(directory, present, { version: PHANTOM_VERSION, seed, shape, cases })
  const missing = Array.from({ length: cases }, (_, index) => index).filter((index) =>
    Object.values(litsNames(index)).some((name) => !present.has(name))
  )
  const kept = cases - missing.length
  let done = kept
  const writeCase = Effect.fnUntraced(function* (make: PhantomMaker["make"], index: number) {
    yield* progress({ task: "phantom", done, total: cases, item: `volume-${index}` })
    for (const { path, bytes } of yield* make({ seed, index, shape })) {
      if (!present.has(path)) yield* files.write(joinPath(directory, path), bytes)
    }
    done++
  })
  if (missing.length > 0) {
    const makers = yield* PhantomMakers
    yield* Effect.scoped(
      Effect.flatMap(makers, ({ atOnce, make }) =>
        Effect.forEach(missing, (index) => writeCase(make, index), { concurrency: atOnce, discard: true })
      )
    )
  }
  yield* progress({ task: "phantom", done: cases, total: cases })
  return { directory, made: missing.length, kept }
})

/** Whether a folder is one that `writePhantomCohort` made, so that its cases are never taken for patients. */
export const isPhantomFolder = Effect.fnUntraced(function* (
  directory: string
): Effect.fn.Return<boolean, FileError, Files> {
  const files = yield* Files
  const path = joinPath(directory, MANIFEST)
  if ((yield* files.stat(path))?.kind !== "file") return false
  return parseManifest(new TextDecoder().decode(yield* files.read(path))) !== undefined
})

/** What a cohort was made from. */
interface Manifest {
  readonly version: number
  readonly seed: number
  readonly shape: ReadonlyArray<number>
  readonly cases: number
}

const MANIFEST = "cohort.json"
const FORMAT = "hepaflow phantom cohort"
const VOLUME = /\.(nii|nii\.gz|hdr|img)$/i

/** Enters in the folder which cohort it holds, unless it holds another. */
const claim = Effect.fnUntraced(function* (directory: string, present: ReadonlySet<string>, wanted: Manifest) {
  const files = yield* Files
  const path = joinPath(directory, MANIFEST)
  const refuse = (reason: string) => Effect.fail(new PhantomFolderError({ directory, reason }))
  const bytes = new TextEncoder().encode(`${JSON.stringify({ format: FORMAT, ...wanted })}\n`)
  if (!present.has(MANIFEST)) {
    const foreign = [...present].find((name) => VOLUME.test(name))
    if (foreign !== undefined) return yield* refuse(`holds ${foreign}, which is no phantom's`)
    return yield* files.write(path, bytes)
  }
  const found = parseManifest(new TextDecoder().decode(yield* files.read(path)))
  if (found === undefined) return yield* refuse(`has a ${MANIFEST} that cannot be read`)
  for (const option of ["version", "seed", "shape"] as const) {
    const [there, here] = [JSON.stringify(found[option]), JSON.stringify(wanted[option])]
    if (there !== here) return yield* refuse(`holds a cohort of ${option} ${there}, not ${here}`)
  }
  if (found.cases > wanted.cases)
    return yield* refuse(`holds ${found.cases} cases, more than the ${wanted.cases} asked for`)
  if (found.cases < wanted.cases) yield* files.write(path, bytes, { overwrite: true })
})

const parseManifest = (text: string): Manifest | undefined => {
  try {
    const found = JSON.parse(text)
    return found?.format === FORMAT && typeof found.cases === "number" ? found : undefined
  } catch {
    return undefined
  }
}
