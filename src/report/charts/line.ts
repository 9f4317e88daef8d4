import { line } from "d3-shape"
import type { Axis } from "./axis.ts"
import { markers, type SeriesStyle } from "./series.ts"
import { element, type Markup } from "./svg.ts"

export type Point = readonly [x: number, y: number]

/** A line through points in order, broken where one is not finite; a point between two breaks becomes a marker. */
export const lineThrough = (
  points: ReadonlyArray<Point>,
  x: Axis,
  y: Axis,
  style: SeriesStyle
): ReadonlyArray<Markup> => {
  const finite = points.map(([u, v]) => Number.isFinite(u) && Number.isFinite(v))
  const draw = line<Point>(
    (p) => x.at(p[0]),
    (p) => y.at(p[1])
  )
    .defined((_, i) => finite[i])
    .digits(2)
  const path = draw(points)
  const alone = points.filter((_, i) => finite[i] && !finite[i - 1] && !finite[i + 1])
  return [
    ...(path === null
      ? []
      : [
          element("path", {
            d: path,
            fill: "none",
            stroke: style.color,
            "stroke-width": 1.75,
            "stroke-dasharray": style.dash
          })
        ]),
    ...markers(
      alone.map(([u, v]): Point => [x.at(u), y.at(v)]),
      style
    )
  ]
}

/** Points that are enough for a line: of each of `buckets` stretches of them, the least and the greatest. */
export const thinned = (points: ReadonlyArray<Point>, buckets: number): ReadonlyArray<Point> => {
  if (points.length <= 2 * buckets) return points
  const kept = Array.from({ length: buckets }, (_, bucket) => {
    const from = Math.floor((bucket * points.length) / buckets)
    const stretch = points.slice(from, Math.floor(((bucket + 1) * points.length) / buckets))
    let [low, high] = [0, 0]
    for (let i = 1; i < stretch.length; i++) {
      if (!(stretch[i][1] >= stretch[low][1])) low = i
      if (!(stretch[i][1] <= stretch[high][1])) high = i
    }
    return [...new Set([Math.min(low, high), Math.max(low, high)])].map((i) => stretch[i])
  })
  return kept.flat()
}
