import * as Effect from "effect/Effect"
import { TaggedError } from "../errors.ts"
import { type FileError, Files, joinPath } from "./files.ts"
import { naturalOrder } from "./naturalOrder.ts"

/** Where one case lies on disk. */
export interface CaseFiles {
  readonly id: string
  readonly image: string
  readonly labels?: string
}

/** A folder does not hold a cohort that can be told apart into cases, or not the cases asked for. */
export class LayoutError extends TaggedError("LayoutError")<{
  readonly source: string
  /** Each of them: what is wrong and what to do about it. */
  readonly problems: ReadonlyArray<string>
}> {
  override get message() {
    const [first, ...rest] = this.problems
    return `${this.source}: ${first}${rest.length === 0 ? "" : ` (and ${rest.length} more: ${rest.join("; ")})`}`
  }
}

/** A cohort as found: its cases in natural order, and the files that should make a case but do not. */
export interface Cohort {
  readonly layout: "lits" | "decathlon" | "pairs"
  readonly cases: ReadonlyArray<CaseFiles>
  readonly incomplete: ReadonlyArray<{ readonly id: string; readonly problem: string }>
}

/** LiTS archives nest their two batches this deep (`media/nas/01_Datasets/CT/LITS/Training Batch 1`). */
const DEPTH = 6

/**
 * Finds the cases of a folder without reading any of them. The layout is told from the names: `imagesTr` with `labelsTr` is
 * the Medical Segmentation Decathlon's, `volume-N` with `segmentation-N` LiTS's, in the folder itself or in folders below.
 */
export const findCases = (directory: string): Effect.Effect<Cohort, FileError | LayoutError, Files> =>
  Effect.gen(function* () {
    const files = yield* Files
    const names = yield* files.list(directory)
    const cohort = names.includes("imagesTr")
      ? decathlon(yield* niftiFiles(joinPath(directory, "imagesTr"), 0), yield* labelFiles(directory, names))
      : lits(yield* niftiFiles(directory, DEPTH))
    if (cohort.cases.length + cohort.incomplete.length === 0) {
      return yield* Effect.fail(new LayoutError({ source: directory, problems: [NOTHING] }))
    }
    return cohort
  })

/** The cohort of files that are given one by one, in the order given. */
export const cohortOf = (cases: ReadonlyArray<CaseFiles>): Cohort => ({
  layout: "pairs",
  cases,
  incomplete: claimedTwice(cases.map(({ id, image }) => [id, image]))
})

const NOTHING =
  "holds no case; expected volume-N.nii[.gz] with segmentation-N.nii[.gz] (LiTS), imagesTr/ with labelsTr/ (Decathlon), " +
  "or pass the files as [{ id, image, labels }]"

const labelFiles = (directory: string, names: ReadonlyArray<string>) =>
  names.includes("labelsTr") ? niftiFiles(joinPath(directory, "labelsTr"), 0) : Effect.succeed([])

/** The NIfTI files in a directory and below. macOS leaves `._name` twins of files behind, which are none. */
const niftiFiles = (directory: string, depth: number): Effect.Effect<ReadonlyArray<string>, FileError, Files> =>
  Effect.gen(function* () {
    const files = yield* Files
    const found: Array<string> = []
    for (const name of yield* files.list(directory)) {
      const path = joinPath(directory, name)
      if (name.startsWith(".")) continue
      if (NIFTI.test(name)) found.push(path)
      else if (depth > 0 && (yield* files.stat(path))?.kind === "directory") {
        found.push(...(yield* niftiFiles(path, depth - 1)))
      }
    }
    return found
  })

const NIFTI = /\.(nii|hdr)(\.gz)?$/i

/** The name of a file without its folders and its NIfTI ending. */
const stem = (path: string): string => path.slice(path.lastIndexOf("/") + 1).replace(NIFTI, "")

const lits = (paths: ReadonlyArray<string>): Cohort =>
  pair(
    "lits",
    paths.filter((path) => /^(test-)?volume-\d+$/.test(stem(path))).map((path) => [stem(path), path]),
    paths
      .filter((path) => /^(test-)?segmentation-\d+$/.test(stem(path)))
      .map((path) => [stem(path).replace(/segmentation/, "volume"), path])
  )

const decathlon = (images: ReadonlyArray<string>, labels: ReadonlyArray<string>): Cohort =>
  pair(
    "decathlon",
    // Tools that follow the Decathlon number an image's channels: CT has only the first.
    images.map((path) => [stem(path).replace(/_0000$/, ""), path]),
    labels.map((path) => [stem(path), path])
  )

type Named = readonly [id: string, path: string]

const pair = (layout: Cohort["layout"], images: ReadonlyArray<Named>, labels: ReadonlyArray<Named>): Cohort => {
  const imageOf = new Map(images)
  const labelsOf = new Map(labels)
  const incomplete = [
    ...claimedTwice(images),
    ...claimedTwice(labels),
    ...labels
      .filter(([id]) => !imageOf.has(id))
      .map(([id, path]) => ({ id, problem: `${path} has no image; add the CT that it belongs to or remove it` }))
  ]
  const broken = new Set(incomplete.map(({ id }) => id))
  const cases = [...imageOf]
    .filter(([id]) => !broken.has(id))
    .map(([id, image]): CaseFiles => {
      const path = labelsOf.get(id)
      return path === undefined ? { id, image } : { id, image, labels: path }
    })
  return { layout, cases: cases.sort((a, b) => naturalOrder(a.id, b.id)), incomplete }
}

const claimedTwice = (named: ReadonlyArray<Named>): Cohort["incomplete"] => {
  const first = new Map<string, string>()
  return named.flatMap(([id, path]) => {
    const other = first.get(id)
    if (other === undefined) first.set(id, path)
    return other === undefined ? [] : [{ id, problem: `${other} and ${path} both claim to be ${id}; keep one of them` }]
  })
}
