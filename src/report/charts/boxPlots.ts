import { ascending, quantileSorted } from "d3-array"
import { type Axis, domainOf, linearAxis } from "./axis.ts"
import { type ChartOptions, frame, leftOut } from "./frame.ts"
import type { Point } from "./line.ts"
import { markers, type SeriesStyle, styleOf } from "./series.ts"
import { element, type Markup, round } from "./svg.ts"

/** Values of one kind, such as the Dice of each case under one network. */
export interface ValueGroup {
  readonly name: string
  /** What is not finite is left out, and counted. */
  readonly values: ReadonlyArray<number>
}

export interface BoxPlotsOptions extends ChartOptions {
  /** What the values are, with their unit, such as `"Dice"`. */
  readonly label: string
  /** The least and the greatest value of the axis. Default: those of the values. */
  readonly domain?: readonly [number, number]
}

const ROW = 44

/**
 * Box plots, one a group, as SVG: median, quartiles (by linear interpolation, as NumPy and R's type 7), whiskers to the last
 * values within 1.5 interquartile ranges (Tukey), and every value as a point.
 *
 * @example
 * ```ts
 * boxPlots([{ name: "U-Net", values: [0.6, 0.7, 0.8] }], { label: "Dice", domain: [0, 1] })
 * ```
 */
export const boxPlots = (groups: ReadonlyArray<ValueGroup>, options: BoxPlotsOptions): string => {
  const { domain, label, title = `${label} per case`, width = 420 } = options
  const { height = 96 + ROW * Math.max(1, groups.length) } = options
  const sorted = groups.map(({ values }) => values.filter(Number.isFinite).sort(ascending))
  const undefinedValues = groups.map(({ name, values }, i) => ({
    name,
    left: values.length - sorted[i].length,
    of: values.length
  }))
  const all = sorted.flat()
  const outside = domain === undefined ? 0 : all.filter((value) => value < domain[0] || value > domain[1]).length
  return frame({
    title,
    description: `Box plots of ${label}: ${groups.map(({ name }, i) => `${name}, ${summary(sorted[i])}`).join("; ")}.`,
    width,
    height,
    x: (range) => linearAxis(domain ?? domainOf(all), { range }),
    xLabel: label,
    panels: [
      {
        y: ([bottom, top]) => ({
          at: (row) => top + ((row + 0.5) * (bottom - top)) / Math.max(1, groups.length),
          ticks: groups.map(({ name }, row) => ({
            at: top + ((row + 0.5) * (bottom - top)) / groups.length,
            text: name
          }))
        }),
        empty: all.length === 0,
        draw: (x, y) => groups.flatMap((_, row) => boxOf(sorted[row], x, y.at(row), styleOf(row), domain))
      }
    ],
    notes: [
      ...leftOut("Without a finite value", undefinedValues),
      ...(outside > 0 ? [`${outside} value${outside === 1 ? " lies" : "s lie"} outside the axis.`] : [])
    ]
  })
}

const summary = (values: Array<number>): string => {
  const median = quantileSorted(values, 0.5)
  return median === undefined ? "no values" : `median ${Number(median.toPrecision(4))} of ${values.length}`
}

const boxOf = (
  sorted: Array<number>,
  x: Axis,
  middle: number,
  style: SeriesStyle,
  domain: readonly [number, number] | undefined
): ReadonlyArray<Markup> => {
  const [lower, median, upper] = [0.25, 0.5, 0.75].map((p) => quantileSorted(sorted, p) ?? Number.NaN)
  if (Number.isNaN(median)) return []
  const inside = (value: number) => domain === undefined || (value >= domain[0] && value <= domain[1])
  const reach = 1.5 * (upper - lower)
  const least = sorted.find((value) => value >= lower - reach) ?? lower
  const most = sorted.findLast((value) => value <= upper + reach) ?? upper
  const [a, b, c, d, e] = [least, lower, median, upper, most].map((value) => round(x.at(value)))
  const [top, half] = [round(middle - 9), 9]
  return [
    ...markers(
      sorted.flatMap(
        (value, i): ReadonlyArray<Point> => (inside(value) ? [[x.at(value), middle + 14 * jitter(i)]] : [])
      ),
      style,
      2
    ),
    element("rect", {
      x: b,
      y: top,
      width: d - b,
      height: 2 * half,
      fill: style.color,
      "fill-opacity": 0.18,
      stroke: "currentColor"
    }),
    element("path", {
      d: `M${a} ${round(middle)}H${b}M${d} ${round(middle)}H${e}M${a} ${round(middle - 5)}v10M${e} ${round(middle - 5)}v10`,
      fill: "none",
      stroke: "currentColor"
    }),
    element("path", { d: `M${c} ${top}v${2 * half}`, fill: "none", stroke: "currentColor", "stroke-width": 3 })
  ]
}

/** Places between -1 and 1 that keep neighbours apart: multiples of the golden ratio. */
const jitter = (i: number): number => 2 * ((0.5 + i * 0.6180339887498949) % 1) - 1
