import * as Effect from "effect/Effect"
import { writePng } from "../../formats/png.ts"
import { dice } from "../../metrics/overlap.ts"
import type { TableBlock } from "../../report/html/block.ts"
import { htmlReport } from "../../report/html/htmlReport.ts"
import { toCsv } from "../../report/table.ts"
import type { Table } from "../../report/tabular.ts"
import { type FileError, Files, joinPath, replaceFile } from "../../stages/files.ts"
import type { Outcome } from "../study/runStudy.ts"
import type { StudyError } from "../study/study.ts"
import type { TestSlicesError } from "../testSlices.ts"
import { inWords, noticeOf, type Provenance } from "./provenance.ts"
import { shownTests } from "./shownTests.ts"
import { type StudyFigure, type StudyFigureOptions, studyFigure } from "./studyFigure.ts"

export interface WriteStudyFigure extends StudyFigureOptions {
  readonly outcomes: ReadonlyArray<Outcome>
  /** Of its files, such as `"figure8"`. */
  readonly name: string
  readonly title: string
}

/** What is written of a figure, as paths. */
export interface FigureFiles {
  readonly page: string
  readonly picture: string
  readonly cases: string
}

/**
 * Writes a figure of a study into a folder: the panels as `NAME.png`, who is seen in them as `NAME.csv`, both as `NAME.html`.
 * Fails as `studyFigure`.
 *
 * @example
 * ```ts
 * const study = { outcomes, source: "lits/", facts, provenance, directory: "studies" }
 * await run(writeStudyFigure("site", { name: "figure8", title: "Figure 8", ...study }))
 * ```
 */
export const writeStudyFigure: (
  folder: string,
  options: WriteStudyFigure
) => Effect.Effect<FigureFiles, TestSlicesError | StudyError | FileError, Files> = Effect.fn("writeStudyFigure")(
  function* (folder, { name, title, outcomes, ...options }) {
    const files = yield* Files
    yield* files.makeDirectory(folder)
    const figure = yield* studyFigure(outcomes, options)
    const seen = { kind: "table", name, table: figureTable(figure, outcomes, options.provenance) } as const
    const write = (ending: string, content: string | Uint8Array) =>
      replaceFile(joinPath(folder, `${name}.${ending}`), content)
    return {
      picture: yield* write("png", writePng(figure.picture)),
      cases: yield* write("csv", toCsv(seen.table)),
      page: yield* write("html", figurePage(title, figure, seen, noticeOf(options.provenance, outcomes)))
    }
  }
)

/** A page with a figure of a study and who is seen in it. */
const figurePage = (title: string, figure: StudyFigure, seen: TableBlock, notice: string): string =>
  htmlReport({
    title,
    sections: [
      {
        title: "Panels",
        blocks: [
          { kind: "notice", text: notice },
          { kind: "picture", picture: figure.picture, caption: figure.caption },
          seen
        ]
      }
    ],
    footer: "For research only; not for clinical use."
  })

/** A patient of a figure, and the Dice of the slice that is seen, by the name of the variant. */
interface FigureRow {
  readonly kind?: string
  readonly caseId: string
  readonly slice: number
  readonly lesions: number
  readonly milliliters: number
  readonly [dice: `dice ${string}`]: number
}

const figureTable = (
  { cases, variants }: StudyFigure,
  outcomes: ReadonlyArray<Outcome>,
  provenance: Provenance
): Table<FigureRow> => {
  const { seed, tests } = shownTests(outcomes)
  return {
    title: "The slices that are seen",
    note: `Slices are counted from 1, from below. Dice in the pixels of the slice alone, under seed ${seed}.`,
    madeOn: inWords(provenance),
    columns: [
      { key: "kind", title: "Tumour" },
      { key: "caseId", title: "Case" },
      { key: "slice", title: "Slice" },
      { key: "lesions", title: "Lesions" },
      { key: "milliliters", title: "Volume", unit: "ml", digits: 1 },
      ...variants.map((title) => ({ key: `dice ${title}` as const, title, digits: 3 }))
    ],
    rows: cases.map(({ kind, caseId, slice, lesions, tumorVolume }): FigureRow => {
      const found = variants.map((variant) => {
        const of = tests
          .get(variant)
          ?.flatMap(({ result }) => result.cases)
          .find((each) => each.caseId === caseId)
        const voxels = of?.volume.slices.find((each) => each.slice === slice)?.voxels
        return [`dice ${variant}`, voxels === undefined ? Number.NaN : dice(voxels)] as const
      })
      return {
        ...(kind !== undefined && { kind }),
        caseId,
        slice: slice + 1,
        lesions,
        milliliters: tumorVolume / 1000,
        ...Object.fromEntries(found)
      }
    })
  }
}
