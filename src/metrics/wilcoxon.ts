import { MetricsError } from "./mask.ts"
import { normalTail } from "./normalTail.ts"

export interface WilcoxonOptions {
  /**
   * What becomes of pairs that do not differ. `"wilcox"`: they are left out before ranks are given. `"pratt"`: they take
   * part in the ranking and are left out after it. Default `"wilcox"`.
   */
  readonly zeros?: "wilcox" | "pratt"
  /** What is held against "no difference": any, or that the first of a pair is `"greater"` or `"less"`. Default `"twoSided"`. */
  readonly alternative?: "twoSided" | "greater" | "less"
}

export interface WilcoxonResult {
  /** The chance of ranks at least as one-sided if neither were better; 1 where no pair differs. */
  readonly p: number
  /**
   * `"exact"`: by counting all signs that the ranks could have. `"normal"`: approximated, with correction for ties and
   * continuity.
   */
  readonly method: "exact" | "normal"
  /** Sum of the ranks of pairs whose first is greater, and of those whose first is less. */
  readonly plus: number
  readonly minus: number
  /** How many pairs there are, and how many of them do not differ. */
  readonly pairs: number
  readonly zeros: number
  /** Of the approximation only. */
  readonly z?: number
}

/** The most pairs whose signs are counted. */
const EXACT_PAIRS = 25

/**
 * Wilcoxon's signed-rank test for paired samples, such as the Dice of two networks on the same cases.
 *
 * The differences first - second are ranked by size; W+ is the sum of the ranks of the positive ones. The test is exact for up
 * to 25 ranked pairs without ties, those that were left out as they do not differ not counted, but not under `"pratt"` where some
 * do not differ; else normal, z = (W - mean -+ 1/2) / sd, where ties reduce sd^2 by sum (t^3 - t) / 48. Pairs with a NaN have to
 * be left out by the caller, who knows what they mean.
 *
 * Source: Wilcoxon, Biometrics Bulletin 1945;1:80-83; Pratt, J Am Stat Assoc 1959;54:655-667. Agrees with scipy's `wilcoxon`
 * of the pairs that differ, with `correction=True`.
 *
 * @throws MetricsError for two lengths, no pairs, or what is not a finite number
 * @example
 * ```ts
 * wilcoxon([0.8, 0.7, 0.9, 0.6, 0.75], [0.7, 0.65, 0.6, 0.58, 0.34]).p // => 0.0625
 * ```
 */
export const wilcoxon = (
  first: ReadonlyArray<number>,
  second: ReadonlyArray<number>,
  { zeros = "wilcox", alternative = "twoSided" }: WilcoxonOptions = {}
): WilcoxonResult => {
  checkPairs(first, second)
  const all = first.map((value, i) => value - second[i])
  const zeroCount = all.filter((difference) => difference === 0).length
  const differences = zeros === "pratt" ? all : all.filter((difference) => difference !== 0)
  const { ranks, ties } = ranksOf(differences.map(Math.abs))
  const sumOf = (sign: number) => ranks.reduce((sum, rank, i) => (differences[i] * sign > 0 ? sum + rank : sum), 0)
  const [plus, minus] = [sumOf(1), sumOf(-1)]
  const result = { plus, minus, pairs: all.length, zeros: zeroCount }
  if (zeroCount === all.length) return { ...result, p: 1, method: "exact" }
  const skipped = zeros === "pratt" ? zeroCount : 0
  if (skipped === 0 && ties.length === 0 && differences.length <= EXACT_PAIRS) {
    return { ...result, p: exact(plus, differences.length, alternative), method: "exact" }
  }
  // The zeros are a tie of their own that Pratt's variance has no part in.
  const tied = zeros === "pratt" ? ties.filter(({ value }) => value !== 0) : ties
  const z = standardized(plus, differences.length, skipped, tied, alternative)
  const p = alternative === "twoSided" ? 2 * normalTail(Math.abs(z)) : normalTail(alternative === "greater" ? z : -z)
  return { ...result, p: Math.min(1, p), method: "normal", z }
}

/**
 * Holm's correction of p-values of several comparisons: in ascending order, p times how many are left, never less than the one
 * before, never above 1. Given back in the order in which they came; what is below a level keeps the chance of any false
 * alarm below it.
 *
 * Source: Holm, Scand J Stat 1979;6:65-70.
 *
 * @example
 * ```ts
 * holm([0.01, 0.04, 0.03]) // => [0.03, 0.06, 0.06]
 * ```
 */
export const holm = (pValues: ReadonlyArray<number>): ReadonlyArray<number> => {
  const order = [...pValues.keys()].sort((a, b) => pValues[a] - pValues[b])
  const adjusted = new Array<number>(pValues.length)
  let most = 0
  for (const [done, at] of order.entries()) {
    most = Math.max(most, Math.min(1, pValues[at] * (pValues.length - done)))
    adjusted[at] = most
  }
  return adjusted
}

const checkPairs = (first: ReadonlyArray<number>, second: ReadonlyArray<number>): void => {
  const refuse = (reason: string) => {
    throw new MetricsError({ what: "a paired test", reason })
  }
  if (first.length !== second.length) refuse(`there are ${first.length} values and ${second.length}; give pairs`)
  if (first.length === 0) refuse("there is no pair")
  if (![...first, ...second].every(Number.isFinite)) refuse("leave out pairs with a value that is no finite number")
}

interface Tie {
  readonly value: number
  readonly count: number
}

/** Ranks from 1; equal values share the mean of theirs. */
const ranksOf = (values: ReadonlyArray<number>) => {
  const order = [...values.keys()].sort((a, b) => values[a] - values[b])
  const ranks = new Array<number>(values.length)
  const ties: Array<Tie> = []
  for (let from = 0; from < order.length; ) {
    const value = values[order[from]]
    let to = from + 1
    while (to < order.length && values[order[to]] === value) to++
    for (let i = from; i < to; i++) ranks[order[i]] = (from + 1 + to) / 2
    if (to - from > 1) ties.push({ value, count: to - from })
    from = to
  }
  return { ranks, ties }
}

/** How the sum of ranks 1..n falls when every sign is as likely. */
const exact = (plus: number, n: number, alternative: NonNullable<WilcoxonOptions["alternative"]>): number => {
  const ways = new Float64Array((n * (n + 1)) / 2 + 1)
  ways[0] = 1
  for (let rank = 1; rank <= n; rank++) {
    for (let sum = ways.length - 1; sum >= rank; sum--) ways[sum] += ways[sum - rank]
  }
  const chance = (chosen: Float64Array) => chosen.reduce((total, count) => total + count, 0) / 2 ** n
  const atMost = chance(ways.subarray(0, plus + 1))
  const atLeast = chance(ways.subarray(plus))
  if (alternative === "greater") return atLeast
  return alternative === "less" ? atMost : Math.min(1, 2 * Math.min(atMost, atLeast))
}

const standardized = (
  plus: number,
  n: number,
  skipped: number,
  ties: ReadonlyArray<Tie>,
  alternative: NonNullable<WilcoxonOptions["alternative"]>
): number => {
  const mean = (n * (n + 1) - skipped * (skipped + 1)) / 4
  const tied = ties.reduce((sum, { count }) => sum + (count ** 3 - count) / 2, 0)
  const variance = (n * (n + 1) * (2 * n + 1) - skipped * (skipped + 1) * (2 * skipped + 1) - tied) / 24
  const distance = plus - mean
  const towards = alternative === "twoSided" ? Math.sign(distance) : alternative === "greater" ? 1 : -1
  return (distance - towards / 2) / Math.sqrt(variance)
}
