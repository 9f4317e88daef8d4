import type { RocCurve } from "./roc.ts"

/** A curve of several networks: no threshold is one of all of them. */
export type MeanRocCurve = Pick<RocCurve, "falsePositiveRate" | "truePositiveRate">

/**
 * The mean of ROC curves, such as those of several trainings of one network: at each false positive rate the mean of their true
 * positive rates, between points on the line through them. Where all curves run to the same end, the area under it is the mean
 * of theirs; it ends where the first of them does. Curves whose rates are NaN are left out; of none there is no point.
 *
 * Source: vertical averaging, Fawcett, Pattern Recognit Lett 2006;27:861-874.
 *
 * @example
 * ```ts
 * const curve = (tpr: number) => ({ falsePositiveRate: Float64Array.of(0, 0.5, 1), truePositiveRate: Float64Array.of(0, tpr, 1) })
 * meanRocCurve([curve(0.5), curve(1)]).truePositiveRate // => [0, 0.75, 1]
 * ```
 */
export const meanRocCurve = (curves: ReadonlyArray<MeanRocCurve>): MeanRocCurve => {
  const known = curves.filter(
    ({ falsePositiveRate: x, truePositiveRate: y }) =>
      x.length > 0 && x.every(Number.isFinite) && y.every(Number.isFinite)
  )
  const end = Math.min(...known.map(({ falsePositiveRate }) => falsePositiveRate[falsePositiveRate.length - 1]))
  const rates = [...new Set(known.flatMap(({ falsePositiveRate }) => [...falsePositiveRate]))]
    .filter((rate) => rate <= end)
    .sort((a, b) => a - b)
  const points = rates.flatMap((rate) => {
    const spans = known.map((curve) => spanAt(curve, rate))
    const mean = (at: 0 | 1) => spans.reduce((sum, span) => sum + span[at], 0) / spans.length
    // Where a curve goes straight up, so does the mean.
    return spans.some(([low, high]) => low < high)
      ? [[rate, mean(0)] as const, [rate, mean(1)] as const]
      : [[rate, mean(0)] as const]
  })
  return {
    falsePositiveRate: Float64Array.from(points, ([rate]) => rate),
    truePositiveRate: Float64Array.from(points, ([, rate]) => rate)
  }
}

/** The least and the most true positives of a curve at a false positive rate that lies within it. */
const spanAt = (
  { falsePositiveRate: x, truePositiveRate: y }: MeanRocCurve,
  rate: number
): readonly [number, number] => {
  const first = x.findIndex((value) => value >= rate)
  if (x[first] === rate) return [y[first], y[x.lastIndexOf(rate)]]
  // A curve that does not begin at 0 has its first value before it.
  if (first === 0) return [y[0], y[0]]
  const part = (rate - x[first - 1]) / (x[first] - x[first - 1])
  const value = y[first - 1] + part * (y[first] - y[first - 1])
  return [value, value]
}
