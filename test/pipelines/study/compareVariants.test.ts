import { expect, it } from "vitest"
import { wilcoxon } from "../../../src/metrics/wilcoxon.ts"
import { compareVariants } from "../../../src/pipelines/study/compareVariants.ts"
import { caseResult } from "../../support/caseResult.ts"
import { failed, finished } from "../../support/outcomes.ts"

/** A test of a patient for each Dice, in hundredths. */
const tested = (variant: string, seed: number, hundredths: ReadonlyArray<number>) =>
  finished(
    variant,
    seed,
    hundredths.map((dice, n) => caseResult(`p${n}`, [{ tp: dice, fp: 100 - dice, fn: 100 - dice, tn: 0 }]))
  )
const a = [81, 74, 92, 66, 78, 59]
const b = [80, 70, 85, 63, 70, 50]
const c = [85, 70, 88, 70, 60, 58]

it("pairs patients, and corrects for all comparisons", () => {
  const rows = compareVariants([tested("a", 1, a), tested("b", 1, b), tested("c", 1, c)])
  expect(rows.map(({ first, second }) => first + second)).toEqual(["ab", "ac", "bc"])
  // All six are better: 2 of 64 signs.
  expect(rows[0]).toMatchObject({ p: 0.03125, method: "exact", pairs: 6 })
  expect(rows[0].corrected).toBeCloseTo(Math.min(1, 3 * rows[0].p), 12)
})

it("a reference is compared with each other, alone", () => {
  const rows = compareVariants([tested("a", 1, a), tested("b", 1, b), tested("c", 1, c)], { reference: "c" })
  expect(rows.map(({ first, second }) => first + second)).toEqual(["ca", "cb"])
})

it("a patient counts once, with the mean of the seeds", () => {
  const later = a.map((dice) => dice - 20)
  const [row] = compareVariants([tested("a", 1, a), tested("a", 2, later), tested("b", 1, b), tested("b", 2, b)])
  const means = a.map((dice) => dice / 100 - 0.1)
  const expected = wilcoxon(
    means,
    b.map((dice) => dice / 100)
  )
  expect(row).toMatchObject({ pairs: 6, seeds: 2 })
  expect(row.p).toBeCloseTo(expected.p, 12)
  expect(row.medianDifference).toBeCloseTo(-0.045, 12)
})

it("a seed or fold that one of two lacks is not in the other's mean", () => {
  const later = a.map((dice) => dice - 20)
  const one = [tested("a", 1, a), tested("b", 1, b), tested("c", 1, c)]
  const rows = compareVariants([...one, tested("a", 2, later), failed("b", 2), tested("c", 2, later)])
  expect(rows.map(({ first, second, seeds }) => `${first}${second}${seeds}`)).toEqual(["ab1", "ac2", "bc1"])
  const [alone] = compareVariants(one)
  expect(rows[0].medianDifference).toBeCloseTo(alone.medianDifference, 12)
  const fold = (variant: string, at: number, caseId: string) =>
    finished(variant, 1, [caseResult(caseId, [{ tp: at + 1, fp: 1, fn: 1, tn: 0 }])], at)
  const folds = compareVariants([fold("a", 0, "p"), fold("a", 1, "q"), fold("b", 0, "p"), failed("b", 1, 1)])
  expect(folds).toMatchObject([{ pairs: 1, seeds: 1 }])
})

it("patients without a value, or tested under one variant alone, are left out", () => {
  const none = finished("b", 1, [
    caseResult("p0", [{ tp: 0, fp: 0, fn: 0, tn: 9 }]),
    ...tested("b", 1, b).result.cases.slice(1, 4)
  ])
  expect(compareVariants([tested("a", 1, a), none])[0].pairs).toBe(3)
  expect(compareVariants([tested("a", 1, a), finished("b", 1, [])])).toEqual([])
})

it("compares whatever is asked of a case", () => {
  const [row] = compareVariants([tested("a", 1, a), tested("b", 1, b)], {
    value: ({ volume }) => volume.voxels.tp,
    alternative: "greater"
  })
  expect(row.medianDifference).toBe(5.5)
  expect(row.p).toBeLessThan(0.02)
})

it("the median is of the patients that the test ranks", () => {
  const [row] = compareVariants([
    tested("a", 1, [...a, 50, 50, 50, 50, 50, 50, 50]),
    tested("b", 1, [...b, ...Array(7).fill(50)])
  ])
  expect(row).toMatchObject({ p: 0.03125, method: "exact", pairs: 13, zeros: 7 })
  expect(row.medianDifference).toBeCloseTo(0.055, 12)
  expect(compareVariants([tested("a", 1, a), tested("b", 1, a)])[0]).toMatchObject({ p: 1, medianDifference: 0 })
})

it("a reference that no variant is has a remedy", () => {
  expect(() => compareVariants([tested("a", 1, a), failed("b", 1)], { reference: "A" })).toThrow(
    "study of the comparison: no variant is called A, to compare the others with; they are a, b"
  )
})
