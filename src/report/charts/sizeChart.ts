import { domainOf, linearAxis, logAxis } from "./axis.ts"
import { type ChartOptions, frame, leftOut } from "./frame.ts"
import type { Point } from "./line.ts"
import { markers, styleOf } from "./series.ts"

/** Of one network: how large each tumour is, and how well it was found. */
export interface SizeSeries {
  readonly name: string
  readonly points: ReadonlyArray<{ readonly milliliters: number; readonly dice: number }>
}

export interface SizeChartOptions extends ChartOptions {
  /** What a point is, as the x axis says. Default `"Tumour size"`. */
  readonly label?: string
}

/**
 * Dice against tumour size as SVG, the size on a logarithmic axis: a marker a case or lesion, of another shape for each network.
 * What has no size, or no Dice, is left out and counted.
 *
 * @example
 * ```ts
 * sizeChart([{ name: "U-Net", points: [{ milliliters: 0.4, dice: 0.3 }, { milliliters: 80, dice: 0.9 }] }])
 * ```
 */
export const sizeChart = (series: ReadonlyArray<SizeSeries>, options: SizeChartOptions = {}): string => {
  const { label = "Tumour size", title = "Dice against tumour size", width = 420, height = 340 } = options
  const drawn = series.map(({ name, points }, index) => ({
    name,
    style: styleOf(index),
    points: points
      .filter(({ dice, milliliters }) => milliliters > 0 && Number.isFinite(milliliters) && Number.isFinite(dice))
      .map(({ dice, milliliters }): Point => [milliliters, dice]),
    count: points.length
  }))
  const sizes = drawn.flatMap(({ points }) => points.map(([size]) => size))
  return frame({
    title,
    description: `Dice against ${label} for ${drawn.map(({ name, points }) => `${name}, ${points.length} points`).join("; ") || "nothing"}.`,
    width,
    height,
    x: (range) => logAxis(logDomain(sizes), { range }),
    xLabel: `${label} (ml)`,
    panels: [
      {
        y: (range) => linearAxis([0, 1], { range }),
        yLabel: "Dice",
        empty: sizes.length === 0,
        draw: (x, y) =>
          drawn.flatMap(({ points, style }) =>
            markers(
              points.map(([size, dice]): Point => [x.at(size), y.at(dice)]),
              style
            )
          )
      }
    ],
    legend: drawn.map(({ name, style }) => ({ text: name, style, mark: "marker" })),
    notes: leftOut(
      "Without a size or a Dice",
      drawn.map(({ count, name, points }) => ({ name, left: count - points.length, of: count }))
    )
  })
}

/** At least a factor of ten around what there is. */
const logDomain = (sizes: ReadonlyArray<number>): [number, number] => {
  const [least, greatest] = domainOf(sizes.map(Math.log10), [-1, 2])
  const room = Math.max(0, 1 - (greatest - least)) / 2
  return [10 ** Math.max(-300, least - room), 10 ** Math.min(300, greatest + room)]
}
