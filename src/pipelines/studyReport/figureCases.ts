import type { CaseFacts } from "../surveyCohort.ts"

/** A patient for a row of a figure. */
export interface FigureCase {
  /** What it was picked as, where the patients bear the name out: not of fewer than three, nor scattered with one lesion. */
  readonly kind?: "small" | "large" | "scattered"
  readonly caseId: string
  /** The axial slice, from below, with most tumour: `origin.index` of the slices of `slice()`. */
  readonly slice: number
  readonly lesions: number
  /** Of all tumour, in cubic millimetres. */
  readonly tumorVolume: number
}

/**
 * Picks a small, a large and a scattered tumour for a figure (paper, Fig. 8), by the truth alone, so that no prediction has a say:
 *
 * 1. scattered: most lesions; of equals the one whose largest lesion is the smaller part of its tumour;
 * 2. large: of the others, the largest lesion in mm^3;
 * 3. small: of the others, the least tumour in mm^3.
 *
 * Equals are decided for the earlier case. Patients without tumour are never picked, nor are those whose millimetres mean nothing
 * while there are others. Of fewer than three patients as many are picked as there are, in this order, and none is called small,
 * large or scattered; the result runs small, large, scattered.
 *
 * @example
 * ```ts
 * figureCases(cohort.facts.cases.filter(({ id }) => cohort.split.test.includes(id)))
 * ```
 */
export const figureCases = (cases: ReadonlyArray<CaseFacts>): ReadonlyArray<FigureCase> => {
  const bearing = cases.filter(({ hasTumor }) => hasTumor)
  const trusted = bearing.filter(({ spacingTrusted }) => spacingTrusted)
  const candidates = trusted.length > 0 ? trusted : bearing
  const taken = new Set<string>()
  const named = candidates.length >= 3
  const take = (kind: NonNullable<FigureCase["kind"]>, rank: (facts: CaseFacts) => ReadonlyArray<number>) => {
    const [best] = candidates.filter(({ id }) => !taken.has(id)).sort((a, b) => descending(rank(a), rank(b)))
    if (best === undefined) return []
    taken.add(best.id)
    const { id, tumor } = best
    const found = { caseId: id, slice: tumor.slice, lesions: tumor.lesions, tumorVolume: tumor.volume }
    return [named && (kind !== "scattered" || tumor.lesions > 1) ? { kind, ...found } : found]
  }
  const scattered = take("scattered", ({ tumor }) => [tumor.lesions, -tumor.largest / tumor.volume])
  const large = take("large", ({ tumor }) => [tumor.largest])
  const small = take("small", ({ tumor }) => [-tumor.volume])
  return [...small, ...large, ...scattered]
}

/** Sorting is stable, so that equals stay in their order. */
const descending = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): number => {
  const at = a.findIndex((value, i) => value !== b[i])
  return at < 0 ? 0 : b[at] - a[at]
}
