import type { CaseResult } from "../../src/pipelines/evaluate.ts"
import { metricsOf } from "../../src/pipelines/metricsOf.ts"
import type { CellDone, CellFailed } from "../../src/pipelines/study/runStudy.ts"
import { tinyProtocol } from "./tinyProtocol.ts"

/** Of cells that are folds. */
const FOLDS = 2

const place = (variant: string, seed: number, fold?: number) => ({
  cell: {
    variant,
    seed,
    ...(fold !== undefined && { fold }),
    network: { name: "uNet" },
    protocol: { ...tinyProtocol, seed, ...(fold !== undefined && { split: { fold, folds: FOLDS, seed: 1 } }) }
  },
  done: 1,
  total: 1
})

/** A cell that ended with these cases. */
export const finished = (variant: string, seed: number, cases: ReadonlyArray<CaseResult>, fold?: number): CellDone => ({
  kind: "finished",
  ...place(variant, seed, fold),
  folder: `cells/${variant}${seed}`,
  result: {
    address: `${variant}${seed}`,
    version: "0",
    cohort: "0",
    protocol: tinyProtocol,
    network: { name: "uNet", config: {}, parameters: 53 },
    engine: "none",
    split: {
      seed: 1,
      rule: { ratios: [2, 1, 1] },
      train: [],
      validation: [],
      test: cases.map(({ caseId }) => caseId)
    },
    leftOut: [],
    history: [],
    cases,
    metrics: metricsOf(cases),
    files: { log: "log.jsonl", history: "history.csv" }
  }
})

/** A cell that failed. */
export const failed = (variant: string, seed: number, fold?: number): CellFailed => ({
  kind: "failed",
  ...place(variant, seed, fold),
  error: { tag: "LossError", message: "it was lost" }
})
