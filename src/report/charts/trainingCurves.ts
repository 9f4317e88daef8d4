import { domainFromZero, domainOf, linearAxis } from "./axis.ts"
import { type ChartOptions, frame, type Panel } from "./frame.ts"
import type { LegendEntry } from "./legend.ts"
import { lineThrough, type Point, thinned } from "./line.ts"
import { styleOf } from "./series.ts"
import { element, round } from "./svg.ts"

/** What is known of one epoch or step of a training; any of it may be missing. The rows of `historyOf` are such. */
export interface TrainingPoint {
  readonly epoch?: number
  readonly step?: number
  readonly loss?: number
  readonly validationLoss?: number
  readonly dicePooled?: number
  readonly dicePerCase?: number
  readonly learningRate?: number
  /** Whether the validation after it was the best so far. */
  readonly best?: boolean
}

export interface TrainingCurvesOptions extends ChartOptions {
  /** What the points are in order of. Default `"epoch"`. */
  readonly by?: "epoch" | "step"
}

const SERIES = [
  { key: "loss", text: "training loss", panel: "Loss" },
  { key: "validationLoss", text: "validation loss", panel: "Loss" },
  { key: "dicePooled", text: "validation Dice, pooled", panel: "Dice" },
  { key: "dicePerCase", text: "validation Dice, per case", panel: "Dice" },
  { key: "learningRate", text: "learning rate", panel: "Learning rate" }
] as const

/** Of a curve wider than this many stretches only the extremes of each are drawn. */
const STRETCHES = 300

/**
 * The curves of a training as SVG: losses, validation Dice and learning rate above each other, a vertical line where the best
 * validation was. What no point knows is left out.
 *
 * @example
 * ```ts
 * trainingCurves([{ epoch: 1, loss: 0.9, dicePooled: 0.2 }, { epoch: 2, loss: 0.5, dicePooled: 0.6, best: true }])
 * ```
 */
export const trainingCurves = (points: ReadonlyArray<TrainingPoint>, options: TrainingCurvesOptions = {}): string => {
  const { by = "epoch", title = "Training", width = 420 } = options
  const series = SERIES.map(({ key, panel, text }, index) => {
    // Epochs without a validation are no breaks of its curve; a loss that is NaN is one.
    const known = points.flatMap((point): ReadonlyArray<Point> => {
      const [at, value] = [point[by], point[key]]
      return at === undefined || !Number.isFinite(at) || value === undefined ? [] : [[at, value]]
    })
    const ordered = [...known].sort(([a], [b]) => a - b)
    return { panel, text, style: styleOf(index), points: thinned(ordered, STRETCHES) }
  })
  const drawn = series.filter(({ points }) => points.some(([, value]) => Number.isFinite(value)))
  const names = [...new Set(drawn.map(({ panel }) => panel))]
  const best = points.findLast(({ best }) => best === true)?.[by]
  const panels = (names.length === 0 ? ["Loss" as const] : names).map((name): Panel => {
    const own = drawn.filter(({ panel }) => panel === name)
    const values = own.flatMap(({ points }) => points.map(([, value]) => value))
    const domain = name === "Dice" ? ([0, 1] as const) : domainFromZero(values)
    return {
      y: (range) => linearAxis(domain, { range, ticks: 4 }),
      yLabel: name,
      empty: own.length === 0,
      draw: (x, y, { top, height }) => [
        ...(best === undefined || !Number.isFinite(best)
          ? []
          : [
              element("path", {
                d: `M${round(x.at(best))} ${round(top)}v${round(height)}`,
                fill: "none",
                stroke: "currentColor",
                "stroke-opacity": 0.6,
                "stroke-dasharray": "1 3"
              })
            ]),
        ...own.flatMap(({ points, style }) => lineThrough(points, x, y, style))
      ]
    }
  })
  const { height = 110 + 120 * panels.length } = options
  return frame({
    title,
    description: `Curves of ${drawn.map(({ text }) => text).join(", ") || "nothing"} by ${by}, ${points.length} points.`,
    width,
    height,
    x: (range) => {
      const counted = drawn.flatMap(({ points }) => points.map(([at]) => at))
      return linearAxis(domainOf(counted), { range, rounded: false, whole: true })
    },
    xLabel: by === "epoch" ? "Epoch" : "Step",
    panels,
    legend: drawn.map(({ style, text }): LegendEntry => ({ text, style, mark: "line" })),
    notes: best === undefined ? [] : [`Dotted: the best validation, at ${by} ${best}.`]
  })
}
