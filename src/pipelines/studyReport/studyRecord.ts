import { dice } from "../../metrics/overlap.ts"
import { precision, recall } from "../../metrics/rates.ts"
import type { Downloads } from "../../report/html/block.ts"
import { toCsv } from "../../report/table.ts"
import type { Table } from "../../report/tabular.ts"
import { untimed } from "../../stages/train/history.ts"
import { doneOf, type Outcome } from "../study/runStudy.ts"
import type { CohortFacts } from "../surveyCohort.ts"
import { inWords, type Provenance } from "./provenance.ts"

/** What is recorded of a study. */
export interface RecordedStudy {
  readonly title: string
  readonly outcomes: ReadonlyArray<Outcome>
  readonly facts: Pick<CohortFacts, "cases" | "hash">
  readonly provenance: Provenance
}

/** All that was found, as files for programs. */
export const studyRecord = (study: RecordedStudy): Downloads["files"] => {
  const { outcomes, provenance } = study
  const madeOn = inWords(provenance)
  return [
    { name: "numbers.csv", type: "text/csv", content: toCsv({ ...numbersTable(outcomes), madeOn }) },
    { name: "patient-tests.csv", type: "text/csv", content: toCsv({ ...patientTestsTable(outcomes), madeOn }) },
    { name: "study.json", type: "application/json", content: studyJson(study) }
  ]
}

/** The study for programs: every cell with its settings, numbers and history; slices are in the results of the cells. */
const studyJson = ({ title, outcomes, facts, provenance }: RecordedStudy): string => {
  const cells = outcomes.map((outcome) => {
    const { variant, seed, fold } = outcome.cell
    const place = { variant, seed, fold }
    if (outcome.kind === "failed") return { ...place, state: "failed", error: outcome.error }
    const { address, version, engine, network, protocol, split, history, metrics } = outcome.result
    const epochs = untimed(history)
    return { ...place, state: "done", address, version, engine, network, protocol, split, history: epochs, metrics }
  })
  return `${JSON.stringify({ title, provenance, cohort: facts.hash, cells })}\n`
}

/** One number of one test of one cell. */
interface StudyNumber {
  readonly variant: string
  readonly seed: number
  readonly fold?: number
  readonly of: string
  readonly metric: string
  readonly unit?: string
  readonly aggregation: string
  readonly empty: string
  readonly value: number
  readonly count: number
  readonly excluded: number
}

/** Every number of every cell, for programs. */
const numbersTable = (outcomes: ReadonlyArray<Outcome>): Table<StudyNumber> => ({
  title: "All numbers",
  columns: [
    { key: "variant", title: "Variant" },
    ...PLACE,
    { key: "of", title: "Of" },
    { key: "metric", title: "Metric" },
    { key: "unit", title: "Unit" },
    { key: "aggregation", title: "Aggregation" },
    { key: "empty", title: "Empty masks" },
    { key: "value", title: "Value" },
    { key: "count", title: "Values" },
    { key: "excluded", title: "Left out" }
  ],
  rows: doneOf(outcomes).flatMap(({ cell: { variant, seed, fold }, result }) =>
    result.metrics.map(({ undefinedValues, ...row }) => ({
      variant,
      seed,
      ...(fold !== undefined && { fold }),
      ...row
    }))
  )
})

/** One test of one patient. */
interface PatientTest {
  readonly variant: string
  readonly seed: number
  readonly fold?: number
  readonly caseId: string
  readonly dice: number
  readonly precision: number
  readonly recall: number
  readonly assd?: number
  readonly hd95?: number
  readonly tp: number
  readonly fp: number
  readonly fn: number
}

/** Every test of every patient, in voxels and mm, for programs. */
const patientTestsTable = (outcomes: ReadonlyArray<Outcome>): Table<PatientTest> => ({
  title: "All tests",
  columns: [
    { key: "variant", title: "Variant" },
    ...PLACE,
    { key: "caseId", title: "Case" },
    { key: "dice", title: "Dice" },
    { key: "precision", title: "Precision" },
    { key: "recall", title: "Recall" },
    { key: "assd", title: "ASD", unit: "mm" },
    { key: "hd95", title: "HD95", unit: "mm" },
    { key: "tp", title: "TP" },
    { key: "fp", title: "FP" },
    { key: "fn", title: "FN" }
  ],
  rows: doneOf(outcomes).flatMap(({ cell: { variant, seed, fold }, result }) =>
    result.cases.map(({ caseId, volume: { voxels, distances } }): PatientTest => {
      const { tp, fp, fn } = voxels
      const numbers = { dice: dice(voxels), precision: precision(voxels), recall: recall(voxels), tp, fp, fn }
      const surfaces = distances && { assd: distances.assd, hd95: distances.hd95 }
      return { variant, seed, ...(fold !== undefined && { fold }), caseId, ...numbers, ...surfaces }
    })
  )
})

const PLACE = [
  { key: "seed", title: "Seed" },
  { key: "fold", title: "Fold" }
] as const
