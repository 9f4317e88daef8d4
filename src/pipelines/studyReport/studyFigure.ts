import * as Effect from "effect/Effect"
import type { PngImage } from "../../formats/png.ts"
import { withCaption } from "../../report/pictures/caption.ts"
import { figurePanel, type PanelRow } from "../../report/pictures/figurePanel.ts"
import type { Files } from "../../stages/files.ts"
import { progress } from "../../stages/progress.ts"
import { variantsOf } from "../study/patientMeans.ts"
import { doneOf, type Outcome } from "../study/runStudy.ts"
import { StudyError } from "../study/study.ts"
import type { CohortFacts, CohortSource } from "../surveyCohort.ts"
import { caseFilesOf, type TestSlice, type TestSlicesError, testSlices } from "../testSlices.ts"
import { type FigureCase, figureCases } from "./figureCases.ts"
import { inWords, type Provenance } from "./provenance.ts"
import { type KeptMask, masksOf, type ShownTests, shownTests } from "./shownTests.ts"
import { some } from "./studyWords.ts"

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
 * what each variant of a study made of the slice with most of it, under the first seed that the most variants have masks of. The
 * patients are those of all variants that are seen; why a variant is not seen the caption says.
 *
 * Fails with a `StudyError` that says why where there is nothing to draw: every cell failed, no masks were kept
 * (`keep: { masks: true }`) or can be read, no test patient has a tumour, or none is one of all variants.
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
  const shown = shownTests(outcomes)
  const masks = masksOf(shown, directory)
  const kept = [...new Set(masks.map(({ variant }) => variant))]
  const casesOf = (tested: (caseId: string) => boolean) => figureCases(facts.cases.filter(({ id }) => tested(id)))
  const maskOf = (variant: string, caseId: string) =>
    masks.find((mask) => mask.variant === variant && mask.case.caseId === caseId)
  const cases = casesOf((id) => kept.length > 0 && kept.every((variant) => maskOf(variant, id)))
  if (cases.length === 0) {
    const others = casesOf((id) => kept.some((variant) => maskOf(variant, id)))
    return yield* nothingToDraw(
      others.length > 0
        ? `no test patient with a tumour is one of all variants (${kept.join(", ")}), so there is nothing to draw`
        : reasonOf(outcomes, masks)
    )
  }
  const files = yield* caseFilesOf(source)
  const seen: Array<{ readonly name: string; readonly caseId: string; readonly slice: TestSlice }> = []
  for (const [done, { caseId, kind, slice }] of cases.entries()) {
    yield* progress({ task: "figure", done, total: cases.length, item: caseId })
    const own = kept.flatMap((variant) => maskOf(variant, caseId) ?? [])
    const { protocol } = own[0].cell.result
    const paths = own.map(({ path }) => path)
    const [found] = yield* testSlices(files, caseId, protocol, [slice], paths)
    seen.push({ name: kind === undefined ? caseId : `${kind}: ${caseId}`, caseId, slice: found })
  }
  yield* progress({ task: "figure", done: cases.length, total: cases.length })
  const unread = new Map(
    kept.map((variant, i) => [variant, seen.find(({ slice }) => slice.predictions[i] === undefined)?.caseId])
  )
  const variants = kept.filter((variant) => unread.get(variant) === undefined)
  if (variants.length === 0) return yield* nothingToDraw("no mask can be read, so there is nothing to draw")
  const rows = seen.map(({ name, slice }): PanelRow => {
    const predictions = slice.predictions.filter((_, i) => variants.includes(kept[i]))
    return { name, ...slice, predictions: predictions.filter((mask) => mask !== undefined) }
  })
  const missing = variantsOf(outcomes).filter((variant) => !variants.includes(variant))
  const made = `Made on ${inWords(provenance)}, seed ${shown.seed}.`
  const why = missing.map((variant) => missingInWords(outcomes, shown, variant, unread.get(variant)))
  return {
    picture: withCaption(figurePanel(rows, { variants }), made),
    caption: [captionOf(cases, variants), ...why, made].join(" "),
    cases,
    variants
  }
})

const nothingToDraw = (reason: string) => Effect.fail(new StudyError({ study: "of the figure", reason }))

const reasonOf = (outcomes: ReadonlyArray<Outcome>, masks: ReadonlyArray<KeptMask>): string => {
  if (doneOf(outcomes).length === 0) return "every cell failed, so there is nothing to draw"
  return masks.length === 0
    ? "no cell has kept its masks, so there is nothing to draw; run it with { keep: { masks: true } }"
    : "none of the test patients has a tumour, so there is nothing to draw"
}

/** Why a variant is not seen. */
const missingInWords = (
  outcomes: ReadonlyArray<Outcome>,
  { seed, tests }: ShownTests,
  variant: string,
  unread: string | undefined
): string => {
  if (unread !== undefined) return `The mask of ${variant} of ${unread} cannot be read.`
  if (tests.has(variant)) return `${variant} has kept no masks under seed ${seed}.`
  const elsewhere = doneOf(outcomes).some(({ cell }) => cell.variant === variant)
  return `${variant} has no result${elsewhere ? ` under seed ${seed}` : ""}.`
}

const milliliters = ({ tumorVolume }: FigureCase): string => `${Number((tumorVolume / 1000).toPrecision(2))} ml`

const captionOf = (cases: ReadonlyArray<FigureCase>, variants: ReadonlyArray<string>): string => {
  const columns = ["CT", "label", ...variants].map((name, i) => `(${String.fromCharCode(65 + i)}) ${name}`)
  const rows = cases.map((each) => {
    const tumor = `${milliliters(each)} in ${some(each.lesions, "lesion")}`
    return each.kind === undefined ? `${each.caseId} (${tumor})` : `${each.kind} (${each.caseId}: ${tumor})`
  })
  const rules = cases.flatMap(({ kind }) => (kind === undefined ? [] : [`${kind}: ${RULES[kind]}`]))
  const picked = `picked by the truth alone${rules.length === 0 ? "" : ` (${rules.join("; ")})`}`
  return (
    `${columns.join(", ")}. Tumours: ${rows.join(", ")}; ${picked}, the slice with most of each. Solid green: ` +
    "a lesion, or a large part of one, that a variant missed or marked falsely; dashed red: one in which variants differ."
  )
}

/** What `figureCases` picks by, in its order scattered, large, small. */
const RULES = {
  scattered: "most lesions",
  large: "largest lesion of the others",
  small: "least tumour of the others"
} as const satisfies Record<NonNullable<FigureCase["kind"]>, string>
