import type { Aggregation } from "../../metrics/aggregate.ts"
import type { Block, Section } from "../../report/html/block.ts"
import { htmlReport } from "../../report/html/htmlReport.ts"
import type { SliceStack } from "../../report/pictures/sliceStack.ts"
import type { PaperTable } from "../paper/paper.ts"
import { variantsOf } from "../study/patientMeans.ts"
import { type CellFailed, doneOf, type Outcome } from "../study/runStudy.ts"
import { cellInWords } from "../study/study.ts"
import { studyTable } from "../study/summarize.ts"
import { besidePaper } from "./besidePaper.ts"
import { dataInWords, inWords, noticeOf, type Provenance } from "./provenance.ts"
import { type StudyChart, testCharts, trainingCharts } from "./studyCharts.ts"
import type { StudyFigure } from "./studyFigure.ts"
import type { RecordedStudy } from "./studyRecord.ts"
import { settingsBlocks } from "./studySettings.ts"
import { patientsTable, testsTable, variantsTable } from "./studyTables.ts"
import { patientsInWords, seedsInWords, some } from "./studyWords.ts"

/** A study that has come to its end, and what its report is to show. */
export interface StudyReport extends RecordedStudy {
  /** The table of the paper that it answers, if any. */
  readonly table?: PaperTable
  /** Which of ours the paper's figures are compared with. Default `"pooled"`. */
  readonly against?: Aggregation
  /** The variant that the others are compared with. Default: every pair is compared. */
  readonly reference?: string
  /** Panels of chosen patients. */
  readonly figure?: StudyFigure
  /** Slices of test patients, to scroll through. */
  readonly viewer?: {
    readonly stacks: ReadonlyArray<SliceStack>
    readonly patients: number
    /** What cannot be shown because its mask cannot be read, by its name. */
    readonly unread?: ReadonlyArray<string>
  }
}

/**
 * One page about a study that needs nothing beside it: on what it was made; its numbers beside the paper's; whether variants
 * differ; panels, charts and slices of the test patients; trainings; every cell, those that failed in their place; all settings
 * and files. The same study gives the same bytes. A page of 131 test patients stays below 10 MB.
 *
 * @example
 * ```ts
 * const html = studyReport({ title: "Ablation", outcomes, facts, provenance, table: paperTables[1] })
 * ```
 */
export const studyReport = (study: StudyReport): string => {
  const { title, outcomes, provenance, facts } = study
  const done = doneOf(outcomes)
  const tables = studyTables(study)
  const variants = some(variantsOf(outcomes).length, "variant")
  return htmlReport({
    title,
    subtitle: `${capital(inWords(provenance))}. ${variants}, ${seedsInWords(outcomes)}, ${patientsInWords(outcomes)}.`,
    sections: [
      { title: "Result", blocks: resultBlocks(study, tables) },
      ...figureSections(study),
      {
        title: "Test patients",
        blocks: [chartsOf(testCharts(outcomes, facts, inWords(provenance))), ...patients(tables)]
      },
      ...viewerSections(study),
      ...(done.length === 0
        ? []
        : [{ title: "Training", blocks: [chartsOf(trainingCharts(outcomes, inWords(provenance)))] }]),
      { title: "Cells", blocks: [{ kind: "table", table: cellsTable(outcomes) }] },
      { title: "Settings and files", blocks: settingsBlocks(study) }
    ],
    footer: "For research only; not for clinical use."
  })
}

/** Tables that the page shows, and that go into files of their own. */
export const studyTables = (study: StudyReport) => {
  const { outcomes, facts, reference } = study
  return {
    ...(study.table && { table: paperTableOf(study, study.table) }),
    variants: variantsTable(outcomes),
    tests: testsTable(outcomes, reference === undefined ? {} : { reference }),
    patients: patientsTable(outcomes, facts)
  } as const
}

const paperTableOf = ({ outcomes, provenance, against }: StudyReport, table: PaperTable) =>
  besidePaper(table, outcomes, { data: inWords(provenance), ...(against && { against }) })

type StudyTables = ReturnType<typeof studyTables>

const resultBlocks = ({ outcomes, provenance, table }: StudyReport, tables: StudyTables): ReadonlyArray<Block> => {
  const [first] = outcomes
  const failed = outcomes.filter((outcome) => outcome.kind === "failed")
  return [
    ...(first === undefined ? [] : [notice(noticeOf(provenance, first.cell.protocol))]),
    ...(failed.length === 0 ? [] : [notice(failedInWords(failed, outcomes.length))]),
    ...keyFigures(provenance, table, tables),
    ...(tables.table === undefined || table === undefined
      ? []
      : [
          {
            kind: "table",
            table: { ...tables.table, title: `Beside the paper's Table ${table.number}: ${table.title}` }
          } as const
        ]),
    { kind: "table", table: tables.variants },
    ...(tables.tests.rows.length === 0 ? [] : [{ kind: "table", table: tables.tests } as const])
  ]
}

const failedInWords = (failed: ReadonlyArray<CellFailed>, of: number): string =>
  `${failed.length} of ${of} cells failed and ${failed.length === 1 ? "has" : "have"} no part in any number: ` +
  `${failed.map(({ cell, error }) => `${cellInWords(cell)} (${error.message})`).join("; ")}. Running the study ` +
  "again tries them again."

const notice = (text: string): Block => ({ kind: "notice", text })

/** Dice of each variant, large. */
const keyFigures = (
  provenance: Provenance,
  table: PaperTable | undefined,
  { variants }: StudyTables
): ReadonlyArray<Block> => {
  const at = table?.columns.findIndex((column) => column.name === "Dice") ?? -1
  const ours = dataInWords(provenance)
  const figures = variants.rows.flatMap(({ variant, n, dicePooled, dicePooledDeviation = Number.NaN }) => {
    if (dicePooled === undefined || !Number.isFinite(dicePooled)) return []
    const paper = table?.rows.find((row) => row.variant === variant)?.values[at]
    const seeds = n === undefined ? "seeds" : `${n} seeds`
    const spread = Number.isFinite(dicePooledDeviation)
      ? `± ${dicePooledDeviation.toFixed(3)} over ${seeds}; `
      : n === undefined
        ? ""
        : `${seeds}; `
    const note = `${spread}Dice, pooled, ${ours}${paper === undefined ? "" : `; paper, LiTS: ${paper}`}`
    return [{ label: variant, value: dicePooled.toFixed(3), note }]
  })
  return figures.length === 0 ? [] : [{ kind: "figures", figures }]
}

const figureSections = ({ figure }: StudyReport): ReadonlyArray<Section> =>
  figure === undefined
    ? []
    : [{ title: "Patients", blocks: [{ kind: "picture", picture: figure.picture, caption: figure.caption }] }]

const chartsOf = (charts: ReadonlyArray<StudyChart>): Block => ({
  kind: "charts",
  charts: charts.map(({ name, caption, svg }) => ({ title: name, caption, svg }))
})

const patients = ({ patients }: StudyTables): ReadonlyArray<Block> =>
  patients.rows.length === 0 ? [] : [{ kind: "table", table: patients }]

const viewerSections = ({ outcomes, viewer, provenance }: StudyReport): ReadonlyArray<Section> => {
  if (viewer === undefined) return []
  const { unread = [] } = viewer
  const lost = unread.length === 0 ? "" : `Not shown, as the mask cannot be read: ${unread.join("; ")}.`
  if (viewer.stacks.length === 0) {
    return lost === "" ? [] : [{ title: "Slices", blocks: [{ kind: "prose", text: lost }] }]
  }
  const tested = new Set(doneOf(outcomes).flatMap(({ result }) => result.cases.map(({ caseId }) => caseId))).size
  const who =
    viewer.patients < tested
      ? `${viewer.patients} of the ${tested} test patients, evenly spread from the one found worst to the one found best`
      : "The test patients"
  const caption = `${who}; of each, slices on which something is marked. ${lost}${lost && " "}Made on ${inWords(provenance)}.`
  return [{ title: "Slices", blocks: [{ kind: "viewer", stacks: viewer.stacks, caption }] }]
}

const cellsTable = (outcomes: ReadonlyArray<Outcome>) => {
  const table = studyTable("Cells", outcomes, [
    { of: "images", metric: "Dice", aggregation: "pooled" },
    { of: "volumes", metric: "Dice", aggregation: "perCase" }
  ])
  const folds = outcomes.some(({ cell }) => cell.fold !== undefined)
  return { ...table, columns: table.columns.filter(({ key }) => folds || key !== "fold") }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
