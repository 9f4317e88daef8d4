import { aggregate, type Summary, type Unit } from "../../metrics/aggregate.ts"
import type { Confusion } from "../../metrics/confusion.ts"
import { dice } from "../../metrics/overlap.ts"
import type { Target } from "../../volume/sample.ts"
import type { ValidationEvent } from "./trainEvent.ts"

/** What was counted on a batch of a validation. */
export interface Validated {
  /** The mean over its images. */
  readonly loss: number
  /** How many these are. */
  readonly size: number
  /** Of each target, image by image. */
  readonly units: ReadonlyArray<{
    readonly target: Target
    readonly units: ReadonlyArray<Unit<Confusion>>
  }>
}

/** A validation's numbers from those of its batches. */
export const summarize = (
  batches: ReadonlyArray<Validated>
): Pick<ValidationEvent, "loss" | "dicePooled" | "dicePerCase" | "targets"> => {
  const images = batches.reduce((sum, { size }) => sum + size, 0)
  const loss = batches.reduce((sum, { loss, size }) => sum + loss * size, 0) / images
  const targets = batches[0].units.map(({ target }, k) => {
    const units = batches.flatMap((batch) => batch.units[k].units)
    return {
      target,
      dicePooled: aggregate(units, dice, { aggregation: "pooled", empty: "exclude" }),
      dicePerCase: aggregate(units, dice, { aggregation: "perCase", empty: "exclude" })
    }
  })
  const [{ dicePooled, dicePerCase }] = targets
  if (targets.length === 1) return { loss, dicePooled, dicePerCase }
  return {
    loss,
    dicePooled: meanOf(targets.map((each) => each.dicePooled)),
    dicePerCase: meanOf(targets.map((each) => each.dicePerCase)),
    targets
  }
}

/** The mean of summaries that have a value; NaN where none has. */
const meanOf = (summaries: ReadonlyArray<Summary>): Summary => {
  const sum = (of: (summary: Summary) => number, among = summaries) =>
    among.reduce((total, each) => total + of(each), 0)
  const valued = summaries.filter(({ value }) => !Number.isNaN(value))
  return {
    ...summaries[0],
    value: sum(({ value }) => value, valued) / valued.length,
    count: sum(({ count }) => count),
    excluded: sum(({ excluded }) => excluded),
    undefinedValues: sum(({ undefinedValues }) => undefinedValues)
  }
}
