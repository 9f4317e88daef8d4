import type { CaseResult } from "../evaluate.ts"
import { doneOf, type Outcome } from "./runStudy.ts"

/** A number of each patient, by case id. */
export type PatientValues = ReadonlyMap<string, number>

/**
 * Of each variant, also of those without a result, the mean value of each patient over its tests, which are of several seeds. A
 * patient who has no value in one of them has NaN.
 */
export const patientMeans = (
  outcomes: ReadonlyArray<Outcome>,
  value: (result: CaseResult) => number
): ReadonlyMap<string, PatientValues> => {
  const all = new Map(variantsOf(outcomes).map((variant) => [variant, new Map<string, Array<number>>()]))
  for (const { cell, result } of doneOf(outcomes)) {
    const cases = all.get(cell.variant)
    for (const each of result.cases) cases?.set(each.caseId, [...(cases.get(each.caseId) ?? []), value(each)])
  }
  const mean = (values: ReadonlyArray<number>) => values.reduce((sum, each) => sum + each, 0) / values.length
  return new Map(
    [...all].map(([variant, cases]) => [variant, new Map([...cases].map(([id, values]) => [id, mean(values)]))])
  )
}

/** The variants of a study in its order, those that failed among them. */
export const variantsOf = (outcomes: ReadonlyArray<Outcome>): ReadonlyArray<string> => [
  ...new Set(outcomes.map(({ cell }) => cell.variant))
]
