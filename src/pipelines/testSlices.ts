import * as Effect from "effect/Effect"
import { type CaseFiles, cohortOf, findCases, LayoutError } from "../stages/caseFiles.ts"
import type { FileError, Files } from "../stages/files.ts"
import { maskOf } from "../stages/labelSplit.ts"
import { Notices, notify } from "../stages/notices.ts"
import { LoadError, readCase } from "../stages/readCase.ts"
import { slicesOf } from "../stages/slice.ts"
import { windowVolume } from "../stages/window.ts"
import type { Case } from "../volume/case.ts"
import type { Slice } from "../volume/slice.ts"
import type { Protocol } from "./protocol.ts"
import type { CohortSource } from "./surveyCohort.ts"

/** An axial slice of a test case at the pixels of its CT, with the truth and what each of some masks marks there. */
export interface TestSlice extends Pick<Slice, "height" | "width" | "pixels" | "spacing"> {
  readonly index: number
  readonly truth: Uint8Array
  /** Nothing for a mask that cannot be read. */
  readonly predictions: ReadonlyArray<Uint8Array | undefined>
}

export type TestSlicesError = LayoutError | LoadError | FileError

/** Where each case of a cohort lies, by id. */
export const caseFilesOf = Effect.fnUntraced(function* (
  source: CohortSource
): Effect.fn.Return<ReadonlyMap<string, CaseFiles>, LayoutError | FileError, Files> {
  const { cases } = typeof source === "string" ? yield* findCases(source) : cohortOf(source)
  return new Map(cases.map((files) => [files.id, files]))
})

/**
 * Some slices of a case, windowed, and the same ones of masks that lie in files on its grid. One volume is in memory at a time.
 * A mask that cannot be read, or lies on another grid, is told to `Notices`.
 *
 * @param wanted positions from below, as `origin.index` of `slice()`
 * @param masks paths of NIfTI files
 */
export const testSlices = Effect.fnUntraced(function* (
  source: ReadonlyMap<string, CaseFiles>,
  caseId: string,
  { window, target }: Pick<Protocol, "window" | "target">,
  wanted: ReadonlyArray<number>,
  masks: ReadonlyArray<string>
): Effect.fn.Return<ReadonlyArray<TestSlice>, TestSlicesError, Files> {
  const files = source.get(caseId)
  if (files === undefined) {
    return yield* Effect.fail(new LayoutError({ source: "the cohort", problems: [`there is no case ${caseId}`] }))
  }
  const shown = yield* Effect.map(readCase(files), (patient) =>
    chosenSlices({ ...patient, image: windowVolume(patient.image, window) }, wanted)
  )
  const marks = yield* Effect.forEach(masks, (image) =>
    // Of geometry that means nothing the CT has told already.
    Effect.provideService(readCase({ id: caseId, image }), Notices, () => Effect.void).pipe(
      Effect.map((mask) => chosenSlices(mask, wanted)),
      Effect.filterOrFail(
        (slices) => slices.every(({ pixels }, i) => pixels.length === shown[i]?.pixels.length),
        () => new LoadError({ caseId, path: image, cause: new Error("it is of another grid than the CT") })
      ),
      Effect.catchTag("LoadError", ({ message }) =>
        Effect.as(
          notify({ kind: "warning", stage: "pipelines", caseId, message: `${message}; this mask is not shown` }),
          undefined
        )
      )
    )
  )
  return shown.map(
    ({ height, width, pixels, spacing, labels, origin }, i): TestSlice => ({
      height,
      width,
      pixels,
      spacing,
      index: origin.index,
      truth: maskOf(labels ?? new Uint8Array(pixels.length), target),
      predictions: marks.map((slices) => slices && Uint8Array.from(slices[i].pixels, (value) => (value > 0 ? 1 : 0)))
    })
  )
})

const chosenSlices = (patient: Case, wanted: ReadonlyArray<number>): ReadonlyArray<Slice> => {
  const chosen: Array<Slice> = []
  for (const slice of slicesOf(patient)) if (wanted.includes(slice.origin.index)) chosen.push(slice)
  return chosen
}
