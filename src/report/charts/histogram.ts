import { bin, max, nice, ticks } from "d3-array"
import { type Axis, domainFromZero, linearAxis } from "./axis.ts"
import type { ValueGroup } from "./boxPlots.ts"
import { type ChartOptions, frame, leftOut } from "./frame.ts"
import { styleOf } from "./series.ts"
import { element, type Markup, round } from "./svg.ts"

export interface HistogramOptions extends ChartOptions {
  /** What the values are, with their unit, such as `"ASD (mm)"`. */
  readonly label: string
  /** What is counted. Default `"Cases"`. */
  readonly counted?: string
  /** About how many bins. Default 20. */
  readonly bins?: number
}

interface Bin {
  readonly from: number
  readonly to: number
  readonly count: number
}

/**
 * How often values occur, as SVG: bars of one group, outlines of several over each other, in bins that all of them share. What
 * is not finite, such as the distance to a mask that is empty, is left out and counted.
 *
 * @example
 * ```ts
 * histogram([{ name: "U-Net", values: [0.8, 1.1, 3.2] }], { label: "ASD (mm)" })
 * ```
 */
export const histogram = (groups: ReadonlyArray<ValueGroup>, options: HistogramOptions): string => {
  const { bins = 20, counted = "Cases", label, title = label, width = 420, height = 300 } = options
  const finite = groups.map(({ values }) => values.filter(Number.isFinite))
  const all = finite.flat()
  const [least, greatest] = domainFromZero(all)
  const [first, last] = nice(least, greatest, bins)
  const cuts = ticks(first, last, bins).filter((cut) => cut < last)
  const binned = finite.map((values) => {
    const made = bin().domain([first, last]).thresholds(cuts)(values)
    return made.map(({ length, x0, x1 }): Bin => ({ from: x0 ?? first, to: x1 ?? last, count: length }))
  })
  const most = max(binned.flat(), ({ count }) => count) ?? 0
  return frame({
    title,
    description: `Histogram of ${label}: ${groups.map(({ name }, i) => `${name}, ${finite[i].length} values`).join("; ") || "nothing"}.`,
    width,
    height,
    x: (range) => linearAxis([first, last], { range, ticks: 8, rounded: false }),
    xLabel: label,
    panels: [
      {
        y: (range) => linearAxis([0, Math.max(1, most)], { range, ticks: Math.min(5, Math.max(1, most)) }),
        yLabel: counted,
        empty: all.length === 0,
        draw: (x, y) => binned.flatMap((group, i) => outline(group, x, y, i, groups.length === 1))
      }
    ],
    legend: groups.length === 1 ? [] : groups.map(({ name }, i) => ({ text: name, style: styleOf(i), mark: "bar" })),
    notes: leftOut(
      "Without a finite value",
      groups.map(({ name, values }, i) => ({ name, left: values.length - finite[i].length, of: values.length }))
    )
  })
}

/** Bars of their own for one group; else the line around them, with a tint below. */
const outline = (bins: ReadonlyArray<Bin>, x: Axis, y: Axis, index: number, alone: boolean): ReadonlyArray<Markup> => {
  const { color, dash } = styleOf(index)
  const style = { fill: color, "fill-opacity": alone ? 0.55 : 0.12, stroke: color, "stroke-dasharray": dash }
  if (alone) {
    return bins
      .filter(({ count }) => count > 0)
      .map(({ count, from, to }) =>
        element("rect", {
          x: x.at(from),
          y: y.at(count),
          width: Math.max(0, x.at(to) - x.at(from)),
          height: y.at(0) - y.at(count),
          ...style
        })
      )
  }
  if (bins.every(({ count }) => count === 0)) return []
  const steps = bins.map(({ count, from, to }) => `L${round(x.at(from))} ${round(y.at(count))}H${round(x.at(to))}`)
  const [first, last] = [bins[0], bins[bins.length - 1]]
  const d = `M${round(x.at(first.from))} ${round(y.at(0))}${steps.join("")}L${round(x.at(last.to))} ${round(y.at(0))}`
  return [element("path", { d, ...style, "stroke-width": 1.75 })]
}
