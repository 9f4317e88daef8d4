import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { components } from "../metrics/components.ts"
import { maskOf } from "../metrics/mask.ts"
import { checksum } from "../stages/cache/checksum.ts"
import { type CaseFiles, LayoutError } from "../stages/caseFiles.ts"
import { descriptionOf } from "../stages/description.ts"
import { checkWritable, type FileError, type Files, joinPath } from "../stages/files.ts"
import { type LoadOptions, load } from "../stages/load.ts"
import { type Notice, Notices, notify } from "../stages/notices.ts"
import { gather, planeView } from "../stages/planeView.ts"
import type { LoadError } from "../stages/readCase.ts"
import type { SplitCase } from "../stages/split.ts"
import type { Case } from "../volume/case.ts"
import { addressOf } from "./address.ts"
import { readStored, writeStored } from "./stored.ts"

/** A folder, or pairs of files, as `load` takes them. */
export type CohortSource = string | ReadonlyArray<CaseFiles>

/** What is known of a patient before anything is trained. */
export interface CaseFacts extends SplitCase {
  /** A hash of voxels, labels and geometry. */
  readonly content: string
  /** How many axial slices the CT has. */
  readonly slices: number
  /** False where its millimetres mean nothing. */
  readonly spacingTrusted: boolean
  /** True of a synthetic case of this library, as its file says. */
  readonly phantom?: boolean
  readonly tumor: TumorFacts
}

/** The tumour of a patient, by the truth. */
export interface TumorFacts {
  /** In cubic millimetres. */
  readonly volume: number
  /** Lesions: 6-connected components. */
  readonly lesions: number
  /** Of the largest lesion, in cubic millimetres. */
  readonly largest: number
  /** The axial slice, from below, with most tumour; the lowest of equals, and 0 where there is none. */
  readonly slice: number
  /** How many voxels of that slice are tumour. */
  readonly onSlice: number
}

export interface CohortFacts {
  /** A hash of all cases and their ids: the same data under any path, and packed or not, has the same. */
  readonly hash: string
  /** In natural order. */
  readonly cases: ReadonlyArray<CaseFacts>
  /** Those that could not be used; not in the hash. */
  readonly leftOut: ReadonlyArray<LeftOut>
}

/** A case that is not used, and why. */
export interface LeftOut {
  readonly id: string
  readonly reason: string
}

export interface SurveyOptions {
  /** Where to keep what was found, so that it is read again only when a file changes. Default: nowhere. */
  readonly directory?: string
  /** Which cases, and what becomes of those that cannot be loaded. */
  readonly load?: Pick<LoadOptions, "cases" | "limit" | "maxLabel" | "onFailure">
}

/**
 * Looks at every case of a cohort once: who has how much tumour and where, and a hash of all of it. Fails with a `LayoutError`
 * where every case is left out, and with a `FileError`, before any is read, where the directory cannot be written into.
 *
 * @example
 * ```ts
 * const { cases, hash } = await run(surveyCohort("lits/", { directory: "cache" })) // run from "hepaflow/node"
 * console.log(hash, cases.filter(({ hasTumor }) => hasTumor).length)
 * ```
 */
export const surveyCohort: (
  source: CohortSource,
  options?: SurveyOptions
) => Effect.Effect<CohortFacts, LayoutError | LoadError | FileError, Files> = Effect.fn("surveyCohort")(function* (
  source,
  options = {}
) {
  const { directory } = options
  const cases = load(source, options.load)
  if (directory === undefined) return yield* survey(source, cases)
  const { inputs, stages } = descriptionOf(cases) ?? { inputs: Effect.succeed([]), stages: [] }
  const of = JSON.stringify({
    stages,
    inputs: yield* inputs as Effect.Effect<ReadonlyArray<string>, LayoutError | FileError, Files>
  })
  const path = joinPath(directory, `cohort-${addressOf(of)}.json`)
  const known = yield* readStored<CohortFacts>(path, FORMAT, of)
  if (known !== undefined) {
    for (const { id, reason } of known.leftOut) {
      yield* notify({ kind: "skipped", stage: "load", caseId: id, message: reason })
    }
    return known
  }
  yield* checkWritable(directory)
  const found = yield* survey(source, cases)
  yield* writeStored(path, FORMAT, of, found)
  return found
})

/** Raised when a fact is added or means something else. */
const FORMAT = "hepaflow cohort 3"

const survey = Effect.fnUntraced(function* <E, R>(source: CohortSource, cases: Stream.Stream<Case, E, R>) {
  const report = yield* Notices
  const skipped: Array<Notice> = []
  const listen = (notice: Notice) => {
    if (notice.kind === "skipped") skipped.push(notice)
    return report(notice)
  }
  const looked = Stream.mapEffect(cases, (patient) => Effect.sync(() => factsOf(patient)))
  const found = yield* Effect.provideService(Stream.runCollect(looked), Notices, listen)
  if (found.length === 0 && skipped.length > 0) {
    const name = typeof source === "string" ? source : "the pairs given"
    const problem = `none of its cases can be used (left out: ${skipped.length}); the first: ${skipped[0].message}`
    return yield* Effect.fail(new LayoutError({ source: name, problems: [problem] }))
  }
  return {
    hash: addressOf(found.map(({ id, content }) => `${id} ${content}`).join("\n")),
    cases: found,
    leftOut: skipped.map(({ caseId, message }) => ({ id: caseId, reason: message }))
  }
})

/** The facts of one case. */
export const factsOf = ({ id, image, labels, spacingTrusted, phantom }: Case): CaseFacts => {
  const { affine, shape, spacing, voxels } = image
  const content = addressOf(
    JSON.stringify([shape, affine, hashOf(voxels), labels === undefined ? null : hashOf(labels.voxels)])
  )
  const view = planeView(image, "axial")
  const common = { id, content, slices: view.count, spacingTrusted, ...(phantom && { phantom }) }
  if (labels === undefined) return { ...common, hasTumor: false, tumor: NO_TUMOR }
  const mask = maskOf(labels, "tumor")
  const { sizes } = components(mask, 6)
  if (sizes.length === 0) return { ...common, hasTumor: false, tumor: NO_TUMOR }
  const voxel = spacing[0] * spacing[1] * spacing[2]
  const pixels = new Uint8Array(view.height * view.width)
  const onSlices = Array.from({ length: view.count }, (_, slice) =>
    gather(view, slice, mask.voxels, pixels).reduce((sum, value) => sum + value, 0)
  )
  const onSlice = Math.max(...onSlices)
  const tumor: TumorFacts = {
    volume: voxel * sizes.reduce((sum, size) => sum + size, 0),
    lesions: sizes.length,
    largest: voxel * sizes.reduce((most, size) => Math.max(most, size), 0),
    slice: onSlices.indexOf(onSlice),
    onSlice
  }
  return { ...common, hasTumor: true, tumor }
}

const NO_TUMOR: TumorFacts = { volume: 0, lesions: 0, largest: 0, slice: 0, onSlice: 0 }

const hashOf = ({ buffer, byteOffset, byteLength }: Case["image"]["voxels"]): number =>
  checksum(new Uint8Array(buffer, byteOffset, byteLength))
