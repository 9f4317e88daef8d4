import { expect, it } from "vitest"
import { summarize } from "../../../src/pipelines/study/summarize.ts"
import { emptyRuleInWords, measuredPatients, unitsInWords } from "../../../src/pipelines/studyReport/emptyMasks.ts"
import { caseResult } from "../../support/caseResult.ts"
import { finished } from "../../support/outcomes.ts"

const patient = (id: string, measured: boolean) => {
  const each = caseResult(id, [{ tp: 1, fp: 0, fn: 0, tn: 9 }])
  return measured ? { ...each, volume: { ...each.volume, distances: { assd: 2, hd95: 3, hausdorff: 4 } } } : each
}
/** A test a seed, in which the first so many of six patients have distances. */
const wordsOf = (...measured: ReadonlyArray<number>) => {
  const outcomes = measured.map((count, i) =>
    finished(
      "A",
      i + 1,
      ["p", "q", "r", "s", "t", "u"].map((id, n) => patient(id, n < count))
    )
  )
  const asd = summarize(outcomes).find(({ of, metric }) => of === "volumes" && metric === "ASD")
  return asd && measuredPatients(outcomes, asd)
}

it("says of how many patients distances are, and names few who have none", () => {
  expect(wordsOf(5, 5)).toBe("5 of 6 patients (not u)")
  expect(wordsOf(5, 4)).toBe("4 to 5 of 6 patients (not always u, t)")
  expect(wordsOf(1)).toBe("1 of 6 patients (not q, r, s and 2 more)")
})

it("says nothing where all have distances, or none", () => {
  expect(wordsOf(6)).toBeUndefined()
  expect(wordsOf(0, 0)).toBeUndefined()
})

it("names the rule, of distances where there are any", () => {
  expect(unitsInWords({ fewest: 50, most: 51, all: 74 }, "images")).toBe("50 to 51 of 74 images")
  expect(emptyRuleInWords(true)).toMatch(/^Rule for empty masks: exclude\..*distances where either marks nothing/)
  expect(emptyRuleInWords(false)).not.toContain("distances")
})
