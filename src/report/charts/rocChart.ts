import { areaUnderCurve } from "../../metrics/auc.ts"
import type { RocCurve } from "../../metrics/roc.ts"
import { linearAxis } from "./axis.ts"
import { type ChartOptions, frame } from "./frame.ts"
import { lineThrough, type Point } from "./line.ts"
import { styleOf } from "./series.ts"
import { element, round } from "./svg.ts"

export interface RocSeries {
  readonly name: string
  readonly curve: Pick<RocCurve, "falsePositiveRate" | "truePositiveRate"> & Partial<RocCurve>
  /** What the legend says. Default: the area under the curve as it is drawn. */
  readonly auc?: number
}

/** Points nearer than this to the last one, in rates, are not drawn. */
const FINEST = 1 / 600

/**
 * ROC curves as SVG, with the area under each in the legend, where it has one, and the diagonal of chance.
 *
 * @example
 * ```ts
 * rocChart([{ name: "ResNet-18", curve: rocCurve(scores(probabilities, truth)) }])
 * ```
 */
export const rocChart = (series: ReadonlyArray<RocSeries>, options: ChartOptions = {}): string => {
  const { title = "ROC curves", width = 420, height = 400 } = options
  const curves = series.map(({ auc, curve, name }, index) => {
    const area = auc ?? areaUnderCurve({ thresholds: new Float64Array(), ...curve })
    const text = Number.isFinite(area) ? `${name} (AUC ${area.toFixed(3)})` : name
    return { text, style: styleOf(index), points: thin(curve) }
  })
  return frame({
    title,
    description: `True against false positive rate of ${curves.map(({ text }) => text).join(", ") || "nothing"}.`,
    width,
    height,
    x: (range) => linearAxis([0, 1], { range }),
    xLabel: "False positive rate",
    panels: [
      {
        y: (range) => linearAxis([0, 1], { range }),
        yLabel: "True positive rate",
        empty: curves.every(({ points }) => points.length === 0),
        draw: (x, y) => [
          element("path", {
            d: `M${round(x.at(0))} ${round(y.at(0))}L${round(x.at(1))} ${round(y.at(1))}`,
            fill: "none",
            stroke: "currentColor",
            "stroke-opacity": 0.5,
            "stroke-dasharray": "1 3"
          }),
          ...curves.flatMap(({ points, style }) => lineThrough(points, x, y, style))
        ]
      }
    ],
    legend: curves.map(({ style, text }) => ({ text, style, mark: "line" }))
  })
}

const thin = ({ falsePositiveRate, truePositiveRate }: RocSeries["curve"]): ReadonlyArray<Point> => {
  const points: Array<Point> = []
  for (let i = 0; i < falsePositiveRate.length; i++) {
    const point: Point = [falsePositiveRate[i], truePositiveRate[i]]
    if (!point.every(Number.isFinite)) continue
    const last = points.at(-1)
    const far = last === undefined || Math.max(point[0] - last[0], point[1] - last[1]) >= FINEST
    if (far || i === falsePositiveRate.length - 1) points.push(point)
  }
  return points
}
