import type { Table } from "../../report/table.ts"
import type { TrainEvent } from "./trainEvent.ts"

/** One epoch of a run. */
export interface EpochRow {
  readonly epoch: number
  /** The mean over its training steps. */
  readonly loss: number
  /** Of its last step. */
  readonly learningRate: number
  /** What the engine took for its steps. Not in results and files, where the same inputs give the same bytes. */
  readonly seconds?: number
  /** From here on: of the validation after it, where there was one. */
  readonly validationLoss?: number
  readonly dicePooled?: number
  readonly dicePerCase?: number
  readonly best?: boolean
}

/**
 * The epochs that events tell of. With the events of a log they are those of all runs that wrote it.
 *
 * @example
 * ```ts
 * const rows = historyOf(await run(readLog("runs/first/log.jsonl"))) // run from "hepaflow/node"
 * toCsv(historyTable(rows))
 * ```
 */
export const historyOf = (events: Iterable<TrainEvent>): ReadonlyArray<EpochRow> => {
  let history = NO_HISTORY
  for (const event of events) history = addEvent(history, event)
  return history.rows
}

/** Rows of finished epochs, and what is known of the one under way. */
export interface History {
  readonly rows: ReadonlyArray<EpochRow>
  readonly open: { readonly learningRate: number; readonly seconds: number }
}

export const NO_HISTORY: History = { rows: [], open: { learningRate: Number.NaN, seconds: 0 } }

/** A history after one more event. */
export const addEvent = ({ rows, open }: History, event: TrainEvent): History => {
  switch (event.kind) {
    case "step": {
      const seconds = open.seconds + event.milliseconds / 1000
      return { rows, open: { learningRate: event.learningRate, seconds } }
    }
    case "epoch":
      return { rows: [...rows, { epoch: event.epoch, loss: event.loss, ...open }], open: NO_HISTORY.open }
    case "validation": {
      const { epoch, loss, dicePooled, dicePerCase, best } = event
      const scores = { validationLoss: loss, dicePooled: dicePooled.value, dicePerCase: dicePerCase.value, best }
      return { rows: rows.map((row) => (row.epoch === epoch ? { ...row, ...scores } : row)), open }
    }
    case "checkpoint":
      return { rows, open }
  }
}

/** A history without times, which are of the machine and not of the run. */
export const untimed = (rows: ReadonlyArray<EpochRow>): ReadonlyArray<EpochRow> =>
  rows.map(({ seconds, ...row }) => row)

/** Epochs as a table, for `toCsv`, `toMarkdown` and `toJson`; with times where any is known. */
export const historyTable = (rows: ReadonlyArray<EpochRow>): Table<EpochRow> => ({
  title: "Epochs",
  columns: [
    { key: "epoch", title: "Epoch" },
    { key: "loss", title: "Training loss" },
    { key: "validationLoss", title: "Validation loss" },
    { key: "dicePooled", title: "Dice, pooled" },
    { key: "dicePerCase", title: "Dice, per case" },
    { key: "best", title: "Best so far" },
    { key: "learningRate", title: "Learning rate", digits: 6 },
    ...(rows.some(({ seconds }) => seconds !== undefined)
      ? [{ key: "seconds", title: "Time", unit: "s", digits: 1 } as const]
      : [])
  ],
  rows
})
