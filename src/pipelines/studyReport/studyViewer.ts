import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { dice } from "../../metrics/overlap.ts"
import { type SliceStack, sliceStack } from "../../report/pictures/sliceStack.ts"
import type { Files } from "../../stages/files.ts"
import { progress } from "../../stages/progress.ts"
import type { CaseResult } from "../evaluate.ts"
import type { Protocol } from "../protocol.ts"
import { variantsOf } from "../study/patientMeans.ts"
import type { Outcome } from "../study/runStudy.ts"
import type { CohortSource } from "../surveyCohort.ts"
import { caseFilesOf, type TestSlicesError, testSlices } from "../testSlices.ts"
import { masksOf, shownTests } from "./shownTests.ts"

/** Bounds of a viewer, so that a page stays small however large the study. */
export interface ViewerBounds {
  /** Patients at most: evenly spread from the one that was found worst to the one found best. Default 40. */
  readonly patients?: number
  /** Slices at most, of all patients and variants together; each has at least one, and at most 24. Default 240. */
  readonly slices?: number
  /** The variant that is shown where there is no room for all. Default: the last of the study. */
  readonly reference?: string
}

/** What a viewer shows of one patient. */
export interface ViewedPatient {
  readonly caseId: string
  readonly protocol: Protocol
  /** Positions of the slices, from below. */
  readonly slices: ReadonlyArray<number>
  readonly shown: ReadonlyArray<{ readonly name: string; readonly mask: string }>
}

const MOST_SLICES = 24
/** With fewer slices than these a patient cannot be judged; one variant less is better then. */
const FEWEST_SLICES = 5

/**
 * Chooses what a viewer shows: of each patient the slices where truth or predictions mark something, under the seed of
 * `shownTests`.
 */
export const viewedPatients = (
  outcomes: ReadonlyArray<Outcome>,
  directory: string,
  { patients = 40, slices = 240, reference = variantsOf(outcomes).at(-1) }: ViewerBounds = {}
): ReadonlyArray<ViewedPatient> => {
  const kept = masksOf(shownTests(outcomes), directory)
  const main = kept.some(({ variant }) => variant === reference) ? reference : kept[0]?.variant
  const ranked = kept
    .filter(({ variant }) => variant === main)
    .map((mask) => ({ ...mask, score: foundOf(mask.case) }))
    .sort((a, b) => a.score - b.score)
  const ids = new Set(fromFirstToLast(ranked, patients).map((mask) => mask.case.caseId))
  const variants = variantsOf(outcomes).filter((name) => kept.some(({ variant }) => variant === name))
  const all = Math.floor(slices / Math.max(1, ids.size * variants.length)) >= FEWEST_SLICES
  const names = all ? variants : [main]
  const room = Math.max(1, Math.min(MOST_SLICES, Math.floor(slices / Math.max(1, ids.size * names.length))))
  return [...new Set(kept.map((mask) => mask.case.caseId))]
    .filter((caseId) => ids.has(caseId))
    .map((caseId) => {
      const shown = kept.filter((mask) => mask.case.caseId === caseId && names.includes(mask.variant))
      return {
        caseId,
        protocol: shown[0].cell.result.protocol,
        slices: marked(
          shown.map((mask) => mask.case),
          room
        ),
        shown: shown.map((mask) => ({
          name: `${caseId}, ${mask.variant}: ${scoreInWords(mask.case)}`,
          mask: mask.path
        }))
      }
    })
}

/** The pictures of such patients, one in memory at a time. Of a mask that cannot be read there is none, which `Notices` tell. */
export const viewerStacks = (
  patients: ReadonlyArray<ViewedPatient>,
  source: CohortSource
): Stream.Stream<SliceStack, TestSlicesError, Files> =>
  Stream.unwrap(
    Effect.map(caseFilesOf(source), (files) =>
      Stream.fromIterable(patients.entries(), { chunkSize: 1 }).pipe(
        Stream.flatMap(([done, { caseId, protocol, shown, slices }]) =>
          Stream.fromIterableEffect(
            Effect.gen(function* () {
              yield* progress({ task: "pictures", done, total: patients.length, item: caseId })
              const paths = shown.map(({ mask }) => mask)
              const found = yield* testSlices(files, caseId, protocol, slices, paths)
              return shown.flatMap(({ name }, i) => {
                const slices = found.flatMap(({ predictions, ...slice }) => {
                  const prediction = predictions[i]
                  return prediction === undefined ? [] : [{ ...slice, prediction }]
                })
                return slices.length < found.length ? [] : [sliceStack(name, slices, { limit: MOST_SLICES })]
              })
            })
          )
        ),
        Stream.onEnd(progress({ task: "pictures", done: patients.length, total: patients.length }))
      )
    )
  )

/** Patients without tumour and mark count as found best. */
const foundOf = ({ volume }: CaseResult): number => {
  const score = dice(volume.voxels)
  return Number.isNaN(score) ? 1 : score
}

const scoreInWords = ({ volume: { voxels } }: CaseResult): string => {
  const score = dice(voxels)
  return Number.isNaN(score) ? "no tumour, nothing marked" : `Dice ${score.toFixed(2)}`
}

/** Slices on which truth or a prediction marks something, evenly spread, and others where there is room. */
const marked = (results: ReadonlyArray<CaseResult>, room: number): ReadonlyArray<number> => {
  const marks = new Set(
    results.flatMap(({ volume }) =>
      volume.slices.filter(({ voxels: { tp, fp, fn } }) => tp + fp + fn > 0).map(({ slice }) => slice)
    )
  )
  const every = results[0].volume.slices.map(({ slice }) => slice)
  const some = fromFirstToLast(
    every.filter((slice) => marks.has(slice)),
    room
  )
  const others = fromFirstToLast(
    every.filter((slice) => !marks.has(slice)),
    room - some.length
  )
  return [...some, ...others].sort((a, b) => a - b)
}

/** At most so many, evenly spread, first and last among them. */
const fromFirstToLast = <A>(all: ReadonlyArray<A>, count: number): ReadonlyArray<A> => {
  if (all.length <= count) return all
  if (count < 2) return count === 1 ? [all[all.length >> 1]] : []
  return Array.from({ length: count }, (_, i) => all[Math.round((i * (all.length - 1)) / (count - 1))])
}
