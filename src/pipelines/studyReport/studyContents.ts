import type { Aggregation } from "../../metrics/aggregate.ts"
import type { Downloads } from "../../report/html/block.ts"
import type { PaperTable } from "../paper/paper.ts"
import type { Outcome } from "../study/runStudy.ts"
import { studyTable } from "../study/summarize.ts"
import { besidePaper } from "./besidePaper.ts"
import { inWords } from "./provenance.ts"
import { type StudyChart, testCharts, trainingCharts } from "./studyCharts.ts"
import { type RecordedStudy, studyRecord } from "./studyRecord.ts"
import { networksTable, protocolTable } from "./studySettings.ts"
import { patientsTable, testsTable, variantsTable } from "./studyTables.ts"

/** A study that has come to its end, and with what it is compared. */
export interface ComparedStudy extends RecordedStudy {
  /** The table of the paper that it answers, if any. */
  readonly table?: PaperTable
  /** Which of ours the paper's figures are compared with. Default `"pooled"`. */
  readonly against?: Aggregation
  /** The variant that the others are compared with. Default: every pair is compared. */
  readonly reference?: string
}

/** All that is told of a study but pictures, computed once: what a page shows and what lies beside it are the same. */
export interface StudyContents {
  /** By the names of their files; each knows what it was made on. */
  readonly tables: StudyTables
  readonly tests: ReadonlyArray<StudyChart>
  readonly trainings: ReadonlyArray<StudyChart>
  /** Every number, for programs. */
  readonly record: Downloads["files"]
}

export const studyContents = (study: ComparedStudy): StudyContents => {
  const { outcomes, facts, provenance } = study
  const madeOn = inWords(provenance)
  return {
    tables: studyTables(study),
    tests: testCharts(outcomes, facts, madeOn),
    trainings: trainingCharts(outcomes, madeOn),
    record: studyRecord(study)
  }
}

type StudyTables = ReturnType<typeof studyTables>

const studyTables = ({ outcomes, facts, provenance, table, against, reference }: ComparedStudy) => {
  const madeOn = inWords(provenance)
  return {
    ...(table && { table: besidePaper(table, outcomes, { data: madeOn, ...(against && { against }) }) }),
    variants: { ...variantsTable(outcomes), madeOn },
    tests: { ...testsTable(outcomes, reference === undefined ? {} : { reference }), madeOn },
    patients: { ...patientsTable(outcomes, facts), madeOn },
    cells: { ...cellsTable(outcomes), madeOn },
    protocol: { ...protocolTable(outcomes), madeOn },
    networks: { ...networksTable(outcomes), madeOn }
  } as const
}

const cellsTable = (outcomes: ReadonlyArray<Outcome>) => {
  const table = studyTable("Cells", outcomes, [
    { of: "images", metric: "Dice", aggregation: "pooled" },
    { of: "volumes", metric: "Dice", aggregation: "perCase" }
  ])
  const folds = outcomes.some(({ cell }) => cell.fold !== undefined)
  return { ...table, columns: table.columns.filter(({ key }) => folds || key !== "fold") }
}
