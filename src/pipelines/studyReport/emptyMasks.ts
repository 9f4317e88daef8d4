import { doneOf, type Outcome } from "../study/runStudy.ts"
import type { UnitCount, VariantSummary } from "../study/summarize.ts"

/** What the rule for empty masks leaves out of the numbers that are shown. */
export const emptyRuleInWords = (distances: boolean): string =>
  "Rule for empty masks: exclude. Values that do not exist are left out: Dice where neither truth nor prediction marks anything" +
  `${distances ? ", distances where either marks nothing, so that a variant that finds less has fewer of them" : ""}.`

/** Of how many something is: "8 of 9 patients", "50 to 51 of 288 images". */
export const unitsInWords = ({ fewest, most, all }: UnitCount, what: string): string =>
  `${fewest === most ? fewest : `${fewest} to ${most}`} of ${all} ${what}`

/** The patients of a variant's distances: "8 of 9 patients (not volume-7)"; nothing where all have some, or none. */
export const measuredPatients = (outcomes: ReadonlyArray<Outcome>, summary: VariantSummary): string | undefined => {
  const { units, variant } = summary
  if (summary.count === 0 || units.fewest === units.all) return undefined
  const cases = doneOf(outcomes).flatMap(({ cell, result }) => (cell.variant === variant ? result.cases : []))
  const without = [
    ...new Set(
      cases.flatMap(({ caseId, volume }) => (Number.isFinite(volume.distances?.assd ?? Number.NaN) ? [] : [caseId]))
    )
  ]
  const more = without.length - NAMED
  const names = `${without.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`
  return `${unitsInWords(units, "patients")} (${units.fewest === units.most ? "not" : "not always"} ${names})`
}

/** More patients than these are not named. */
const NAMED = 3
