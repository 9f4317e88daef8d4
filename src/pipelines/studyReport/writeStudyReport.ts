import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { writePng } from "../../formats/png.ts"
import { tableFiles } from "../../report/tableFiles.ts"
import { type FileError, Files, joinPath, replaceFile } from "../../stages/files.ts"
import { checkReference } from "../study/compareVariants.ts"
import type { StudyError } from "../study/study.ts"
import type { CohortSource } from "../surveyCohort.ts"
import type { TestSlicesError } from "../testSlices.ts"
import { removeStale } from "./removeStale.ts"
import { studyContents } from "./studyContents.ts"
import { type StudyFigure, studyFigure } from "./studyFigure.ts"
import { type StudyReport, studyPage } from "./studyReport.ts"
import { type ViewerBounds, viewedPatients, viewerStacks } from "./studyViewer.ts"

export interface WriteStudyReport extends Omit<StudyReport, "figure" | "viewer"> {
  readonly source: CohortSource
  /** That of the study; pictures are drawn of the masks that were kept in it. */
  readonly directory: string
  /** How much of the test patients the page shows. */
  readonly bounds?: ViewerBounds
}

/** What is written about a study, as paths. */
export interface StudyFiles {
  readonly report: string
  readonly files: ReadonlyArray<string>
  /** The panels, where masks were kept and a test patient has a tumour. */
  readonly figure?: StudyFigure
}

/**
 * Writes all about a study into a folder: `report.html`; its tables as CSV, JSON, Markdown and LaTeX; every number as CSV and
 * JSON; charts as SVG; panels as PNG. What is downloaded from the page is what lies beside it. The same study gives the same bytes. What an earlier
 * study left in the folder is removed. Masks that cannot be read are not shown, and the page says so.
 *
 * Fails with a `StudyError` for a reference that no variant is.
 *
 * @example
 * ```ts
 * const { report } = await run(writeStudyReport("site/table2", {
 *   title: "Table 2", outcomes, facts, provenance, table: paperTables[1], source: "lits/", directory: "studies"
 * }))
 * ```
 */
export const writeStudyReport: (
  folder: string,
  study: WriteStudyReport
) => Effect.Effect<StudyFiles, TestSlicesError | StudyError | FileError, Files> = Effect.fn("writeStudyReport")(
  function* (folder, { source, directory, bounds, ...study }) {
    const { outcomes, facts, provenance, reference } = study
    if (reference !== undefined) {
      yield* Effect.try({ try: () => checkReference(outcomes, reference), catch: (error) => error as StudyError })
    }
    const files = yield* Files
    yield* files.makeDirectory(joinPath(folder, "charts"))
    const written: Array<string> = []
    const write = (name: string, content: string | Uint8Array) => {
      const path = joinPath(folder, name)
      written.push(path)
      return replaceFile(path, content)
    }
    const figure = yield* studyFigure(outcomes, { source, facts, provenance, directory }).pipe(
      // Without masks, or without a tumour among the test patients, there are no panels.
      Effect.catchTag("StudyError", () => Effect.succeed(undefined))
    )
    const shown = viewedPatients(outcomes, directory, { ...(reference && { reference }), ...bounds })
    const stacks = yield* Stream.runCollect(viewerStacks(shown, source))
    const unread = shown
      .flatMap((patient) => patient.shown.map(({ name }) => name))
      .filter((name) => !stacks.some((stack) => stack.name === name))
    const page = { ...study, viewer: { stacks, patients: shown.length, unread }, ...(figure && { figure }) }
    const contents = studyContents(study)
    yield* write("report.html", studyPage(page, contents))
    for (const [name, table] of Object.entries(contents.tables)) {
      for (const file of tableFiles(name, table)) yield* write(file.name, file.content)
    }
    for (const { name, content } of contents.record) yield* write(name, content)
    for (const { name, svg } of [...contents.tests, ...contents.trainings]) {
      yield* write(`charts/${fileNameOf(name)}.svg`, svg)
    }
    if (figure !== undefined) yield* write("figure.png", writePng(figure.picture))
    yield* removeStale(folder, written)
    return { report: joinPath(folder, "report.html"), files: written, ...(figure && { figure }) }
  }
)

const fileNameOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "")
