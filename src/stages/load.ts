import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Case } from "../volume/case.ts"
import { type CaseFiles, type Cohort, cohortOf, findCases, LayoutError } from "./caseFiles.ts"
import { describedSource } from "./description.ts"
import type { FileError, Files } from "./files.ts"
import { fingerprint } from "./fingerprint.ts"
import { Notices, notify } from "./notices.ts"
import { progress } from "./progress.ts"
import { type LoadError, type ReadCaseOptions, readCase } from "./readCase.ts"
import { guard, isKept, type OnFailure } from "./stage.ts"

export interface LoadOptions extends ReadCaseOptions {
  /** The cases to load, by id (`"volume-3"`) or by the number that ends it (`3`); still in natural order. Default: all. */
  readonly cases?: ReadonlyArray<string | number>
  /** At most so many cases. Default: no limit. */
  readonly limit?: number
  /**
   * Whether a case of a folder must have labels; `"ignored"` leaves them unread. Files given as pairs have what was given.
   * Default `"required"`.
   */
  readonly labels?: "required" | "optional" | "ignored"
  /** Whether a case that cannot be loaded stops the run or is reported to `Notices` and left out. Default `"stop"`. */
  readonly onFailure?: OnFailure
}

/**
 * The cases of a folder in LiTS or Decathlon layout (see `findCases`), or of explicit pairs, in natural order. Each is
 * read and decoded when it is asked for, so memory does not grow with the cohort. Orientation stays as in the file.
 *
 * Image and labels must have one shape; voxels correspond by index and labels take over the geometry of their image, because
 * LiTS label headers are not always right about it. Geometry that is a placeholder is flagged `spacingTrusted: false`.
 *
 * @example
 * ```ts
 * load("lits/", { cases: [0, 1, 3], onFailure: "skip" })
 * load([{ id: "p1", image: "p1/ct.nii.gz", labels: "p1/liver.nii.gz" }])
 * ```
 */
export const load = (
  source: string | ReadonlyArray<CaseFiles>,
  options: LoadOptions = {}
): Stream.Stream<Case, LayoutError | LoadError | FileError, Files> => {
  const without = (caseIds: ReadonlySet<string>) =>
    Stream.unwrap(
      Effect.map(plan(source, options), (cases) =>
        casesOf(
          cases.filter(({ id }) => !caseIds.has(id)),
          options
        )
      )
    )
  return describedSource(
    "load",
    options,
    // What `plan` has to say it says when the cases are loaded.
    Effect.provideService(Effect.flatMap(plan(source, options), fingerprint), Notices, () => Effect.void),
    without(new Set()),
    without
  )
}

/** Each case when it is asked for. */
const casesOf = (cases: ReadonlyArray<CaseFiles>, options: LoadOptions): Stream.Stream<Case, LoadError, Files> =>
  Stream.fromIterable(cases.entries(), { chunkSize: 1 }).pipe(
    Stream.mapEffect(([done, files]) =>
      Effect.andThen(
        progress({ task: "load", done, total: cases.length, item: files.id }),
        guard(
          "load",
          files,
          options.onFailure,
          readCase(options.labels === "ignored" ? { id: files.id, image: files.image } : files, options)
        )
      )
    ),
    Stream.filter(isKept),
    Stream.onEnd(progress({ task: "load", done: cases.length, total: cases.length }))
  )

/** Which cases to load. What the folder lacks is told before the first case is read, not when its turn comes hours later. */
const plan = Effect.fnUntraced(function* (source: string | ReadonlyArray<CaseFiles>, options: LoadOptions) {
  const cohort = typeof source === "string" ? yield* findCases(source) : cohortOf(source)
  const name = typeof source === "string" ? source : "the pairs given"
  const { chosen, unknown } = choose(cohort, options)
  const missing = typeof source === "string" && (options.labels ?? "required") === "required" ? unlabelled(chosen) : []
  const problems = [...chosen.incomplete, ...missing]
  if (unknown.length > 0) {
    return yield* Effect.fail(new LayoutError({ source: name, problems: unknown }))
  }
  if (problems.length > 0 && options.onFailure !== "skip") {
    return yield* Effect.fail(new LayoutError({ source: name, problems: problems.map(({ problem }) => problem) }))
  }
  for (const { id, problem } of problems) {
    const error = new LayoutError({ source: name, problems: [problem] })
    yield* notify({ kind: "skipped", stage: "load", caseId: id, message: error.message, error })
  }
  const unusable = new Set(problems.map(({ id }) => id))
  return chosen.cases.filter(({ id }) => !unusable.has(id)).slice(0, options.limit)
})

const unlabelled = (cohort: Cohort): Cohort["incomplete"] =>
  cohort.cases
    .filter(({ labels }) => labels === undefined)
    .map(({ id, image }) => ({ id, problem: `${image} has no labels; add them or pass { labels: "optional" }` }))

const choose = (cohort: Cohort, { cases }: LoadOptions): { chosen: Cohort; unknown: ReadonlyArray<string> } => {
  if (cases === undefined) return { chosen: cohort, unknown: [] }
  const isWanted = ({ id }: { readonly id: string }) => cases.some((wanted) => isNamed(id, wanted))
  const known = [...cohort.cases, ...cohort.incomplete]
  return {
    chosen: { ...cohort, cases: cohort.cases.filter(isWanted), incomplete: cohort.incomplete.filter(isWanted) },
    unknown: cases
      .filter((wanted) => !known.some(({ id }) => isNamed(id, wanted)))
      .map((wanted) => `there is no case ${wanted}; there are ${summary(known.map(({ id }) => id))}`)
  }
}

const isNamed = (id: string, wanted: string | number): boolean =>
  typeof wanted === "string" ? id === wanted : Number(/\d+$/.exec(id)?.[0] ?? Number.NaN) === wanted

const summary = (ids: ReadonlyArray<string>): string =>
  ids.length <= 4 ? ids.join(", ") : `${ids[0]}, ${ids[1]}, ... ${ids[ids.length - 1]} (${ids.length})`
