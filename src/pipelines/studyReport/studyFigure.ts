import * as Effect from "effect/Effect"
import type { PngImage } from "../../formats/png.ts"
import { withCaption } from "../../report/pictures/caption.ts"
import { figurePanel, type PanelRow } from "../../report/pictures/figurePanel.ts"
import { type Files, joinPath } from "../../stages/files.ts"
import { progress } from "../../stages/progress.ts"
import { variantsOf } from "../study/patientMeans.ts"
import { type CellDone, doneOf, type Outcome } from "../study/runStudy.ts"
import { StudyError } from "../study/study.ts"
import type { CohortFacts, CohortSource } from "../surveyCohort.ts"
import { caseFilesOf, type TestSlicesError, testSlices } from "../testSlices.ts"
import { type FigureCase, figureCases } from "./figureCases.ts"
import { inWords, type Provenance } from "./provenance.ts"

/** Rows of patients, columns of what each variant marked. */
export interface StudyFigure {
  readonly picture: PngImage
  /** What is seen in it, and on which data it was made. */
  readonly caption: string
  readonly cases: ReadonlyArray<FigureCase>
  readonly variants: ReadonlyArray<string>
}

export interface StudyFigureOptions {
  readonly source: CohortSource
  readonly facts: Pick<CohortFacts, "cases">
  readonly provenance: Provenance
  /** That of the study, whose masks were kept. */
  readonly directory: string
}

/**
 * The paper's Figures 6, 7 and 8: a small, a large and a scattered tumour of the test patients, picked by `figureCases`, and
 * what each variant of a study made of the slice with most of it, under the first seed that has results. Variants without any
 * are named in the caption.
 *
 * Fails with a `StudyError` that says why where there is nothing to draw: every cell failed, no masks were kept
 * (`keep: { masks: true }`), or no test patient has a tumour.
 *
 * @example
 * ```ts
 * const figure = await run(studyFigure(outcomes, { source: "lits/", facts, provenance, directory: "studies" }))
 * writeFileSync("figure8.png", writePng(figure.picture))
 * ```
 */
export const studyFigure: (
  outcomes: ReadonlyArray<Outcome>,
  options: StudyFigureOptions
) => Effect.Effect<StudyFigure, TestSlicesError | StudyError, Files> = Effect.fn("studyFigure")(function* (
  outcomes,
  { source, facts, provenance, directory }
) {
  const masks = masksOf(outcomes, directory)
  const [seed] = masks.map(({ cell }) => cell.cell.seed)
  const tested = masks.filter(({ cell }) => cell.cell.seed === seed)
  const cases = figureCases(facts.cases.filter(({ id }) => tested.some(({ caseId }) => caseId === id)))
  if (cases.length === 0) {
    return yield* Effect.fail(new StudyError({ study: "of the figure", reason: nothingToDraw(outcomes, masks) }))
  }
  const variants = variantsOf(outcomes).filter((variant) =>
    cases.every(({ caseId }) => tested.some((mask) => mask.variant === variant && mask.caseId === caseId))
  )
  const missing = variantsOf(outcomes).filter((variant) => !variants.includes(variant))
  const files = yield* caseFilesOf(source)
  const rows: Array<PanelRow> = []
  for (const [done, each] of cases.entries()) {
    yield* progress({ task: "figure", done, total: cases.length, item: each.caseId })
    const shown = tested.filter(({ caseId }) => caseId === each.caseId)
    const paths = variants.flatMap((variant) =>
      shown.filter((mask) => mask.variant === variant).map(({ path }) => path)
    )
    const { protocol } = shown[0].cell.result
    const [slice] = yield* testSlices(files, each.caseId, protocol, [each.slice], paths)
    rows.push({ name: `${each.kind}: ${each.caseId}`, ...slice })
  }
  yield* progress({ task: "figure", done: cases.length, total: cases.length })
  const made = `Made on ${inWords(provenance)}, seed ${seed}.`
  return {
    picture: withCaption(figurePanel(rows, { variants }), made),
    caption: [captionOf(cases, variants), ...missing.map((name) => `${name} has no result.`), made].join(" "),
    cases,
    variants
  }
})

const nothingToDraw = (outcomes: ReadonlyArray<Outcome>, masks: ReadonlyArray<KeptMask>): string => {
  if (doneOf(outcomes).length === 0) return "every cell failed, so there is nothing to draw"
  return masks.length === 0
    ? "no cell has kept its masks, so there is nothing to draw; run it with { keep: { masks: true } }"
    : "none of the test patients has a tumour, so there is nothing to draw"
}

interface KeptMask {
  readonly cell: CellDone
  readonly variant: string
  readonly caseId: string
  readonly path: string
}

/** The masks that were kept, in the order of the study. */
export const masksOf = (outcomes: ReadonlyArray<Outcome>, directory: string): ReadonlyArray<KeptMask> =>
  doneOf(outcomes).flatMap((cell) =>
    cell.result.cases.flatMap(({ caseId, mask }) =>
      mask === undefined
        ? []
        : [{ cell, variant: cell.cell.variant, caseId, path: joinPath(joinPath(directory, cell.folder), mask) }]
    )
  )

const milliliters = ({ tumorVolume }: FigureCase): string => `${Number((tumorVolume / 1000).toPrecision(2))} ml`

const captionOf = (cases: ReadonlyArray<FigureCase>, variants: ReadonlyArray<string>): string => {
  const columns = ["CT", "label", ...variants].map((name, i) => `(${String.fromCharCode(65 + i)}) ${name}`)
  const rows = cases.map(
    (each) =>
      `${each.kind} (${each.caseId}: ${milliliters(each)} in ${each.lesions} lesion${each.lesions === 1 ? "" : "s"})`
  )
  return (
    `${columns.join(", ")}. Tumours: ${rows.join(", ")}; picked by the truth alone, the slice with most of each. Solid green: ` +
    "a lesion, or a large part of one, that a variant missed or marked falsely; dashed red: one in which variants differ."
  )
}
