import type { Axis } from "./axis.ts"
import { type LegendEntry, legendOf } from "./legend.ts"
import { clipped, element, type Markup, textAt, textWidth } from "./svg.ts"

/** What every chart may be given. */
export interface ChartOptions {
  readonly title?: string
  /** In pixels, of a picture that may be scaled to any size. Default 420. */
  readonly width?: number
  /** What is noted below comes on top of it. */
  readonly height?: number
}

/** A rectangle of a chart in which values are drawn. */
export interface Area {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export type MakeAxis = (range: readonly [number, number]) => Axis

/** One of the plots of a chart, which stand above each other on one x axis. */
export interface Panel {
  readonly y: MakeAxis
  readonly yLabel?: string
  /** Whether there is nothing to draw: the panel then says so. */
  readonly empty: boolean
  readonly draw: (x: Axis, y: Axis, area: Area) => ReadonlyArray<Markup>
}

export interface Frame {
  readonly title: string
  /** What the chart shows, in a sentence, for those who cannot see it. */
  readonly description: string
  readonly width: number
  /** Without the notes. */
  readonly height: number
  readonly x: MakeAxis
  readonly xLabel: string
  readonly panels: ReadonlyArray<Panel>
  readonly legend?: ReadonlyArray<LegendEntry>
  /** Lines below, such as what could not be drawn. */
  readonly notes?: ReadonlyArray<string>
}

export const FONT_SIZE = 12
const LINE = 16
const PAD = 8
const PANEL_GAP = 14

/** A chart as SVG that stands alone: axes, grid, ticks, legend, title and notes around its panels. */
export const frame = ({
  description,
  height,
  legend = [],
  notes = [],
  panels,
  title,
  width,
  x: makeX,
  xLabel
}: Frame): string => {
  const lines = wrap(title, (width - 2 * PAD) / 1.08)
  const key = legendOf(legend, width - 2 * PAD)
  const foot = notes.flatMap((note) => wrap(note, (width - 2 * PAD) * 1.15))
  const top = PAD + lines.length * (LINE + 2) + key.height + PAD
  const bottom = height - PAD - 2 * LINE - 4
  const whole = height + foot.length * LINE
  const each = (bottom - top - (panels.length - 1) * PANEL_GAP) / panels.length
  const ys = panels.map(({ y }, i): readonly [Axis, number] => {
    const above = top + i * (each + PANEL_GAP)
    return [y([above + each, above]), above]
  })
  const longest = Math.max(0, ...ys.flatMap(([{ ticks }]) => ticks.map(({ text }) => textWidth(text, FONT_SIZE))))
  const named = panels.some(({ yLabel }) => yLabel !== undefined)
  const left = PAD + (named ? LINE + 4 : 0) + Math.min(longest, width / 3) + 6
  const right = width - PAD - 12
  const x = makeX([left, right])
  const plots = panels.flatMap((panel, i) => {
    const [y, above] = ys[i]
    const area = { left, top: above, width: right - left, height: each }
    const middle = above + each / 2
    const label =
      panel.yLabel === undefined
        ? []
        : [
            textAt(PAD + 11, middle, panel.yLabel, {
              "text-anchor": "middle",
              transform: `rotate(-90 ${PAD + 11} ${Math.round(middle * 100) / 100})`
            })
          ]
    const body = panel.empty
      ? [textAt(left + area.width / 2, middle + 4, "no data", { "text-anchor": "middle", opacity: 0.7 })]
      : panel.draw(x, y, area)
    return [grid(x, y, area), element("g", {}, ...yNames(y, left, width / 3), ...label), element("g", {}, ...body)]
  })
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${width} ${whole}`,
      width,
      height: whole,
      role: "img",
      "font-family": "system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif",
      "font-size": FONT_SIZE,
      fill: "currentColor",
      "stroke-linejoin": "round"
    },
    element("title", {}, textOnly(title)),
    element("desc", {}, textOnly(description)),
    ...lines.map((line, i) => textAt(PAD, PAD + 12 + i * (LINE + 2), line, { "font-size": 13, "font-weight": 600 })),
    key.draw(PAD, PAD + lines.length * (LINE + 2)),
    ...plots,
    element("g", {}, ...xNames(x, bottom, right)),
    textAt((left + right) / 2, bottom + 2 * LINE, xLabel, { "text-anchor": "middle" }),
    ...foot.map((line, i) =>
      textAt(PAD, bottom + 2 * LINE + 4 + (i + 1) * LINE - 2, line, { "font-size": 11, opacity: 0.8 })
    )
  )
}

const textOnly = (text: string): Markup => textAt(0, 0, text).replace(/^<text[^>]*>|<\/text>$/g, "")

const grid = (x: Axis, y: Axis, { left, top, width, height }: Area): Markup => {
  const lines = [
    ...x.ticks.map(({ at }) => `M${cut(at)} ${cut(top)}V${cut(top + height)}`),
    ...y.ticks.map(({ at }) => `M${cut(left)} ${cut(at)}H${cut(left + width)}`)
  ].join("")
  const axes = `M${cut(left)} ${cut(top)}V${cut(top + height)}H${cut(left + width)}`
  const line = (d: string, opacity: number) =>
    d === "" ? "" : element("path", { d, fill: "none", stroke: "currentColor", "stroke-opacity": opacity })
  return line(lines, 0.13) + line(axes, 0.6)
}

const cut = (value: number): number => Math.round(value * 100) / 100

const yNames = ({ ticks }: Axis, left: number, most: number): ReadonlyArray<Markup> =>
  ticks
    .filter(({ text }) => text !== "")
    .map(({ at, text }) => textAt(left - 6, at + 4, clipped(text, FONT_SIZE, most), { "text-anchor": "end" }))

const xNames = ({ ticks }: Axis, bottom: number, right: number): ReadonlyArray<Markup> => {
  let free = -Infinity
  return ticks.flatMap(({ at, text }) => {
    const half = textWidth(text, FONT_SIZE) / 2
    if (text === "" || at - half < free || at > right + 1) return []
    free = at + half + 6
    return [textAt(at, bottom + LINE, text, { "text-anchor": "middle" })]
  })
}

/** A text in lines of a width, broken at spaces. */
const wrap = (text: string, width: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const word of text.split(/\s+/).filter((word) => word !== "")) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`
    if (lines.length > 0 && textWidth(longer, FONT_SIZE) <= width) lines[lines.length - 1] = longer
    else lines.push(clipped(word, FONT_SIZE, width))
  }
  return lines
}

/** One line for all that a chart has no place for; none where that is nothing. */
export const leftOut = (
  why: string,
  counts: ReadonlyArray<{ readonly name: string; readonly left: number; readonly of: number }>
): ReadonlyArray<string> => {
  const some = counts.filter(({ left }) => left > 0)
  return some.length === 0
    ? []
    : [`${why}, not shown: ${some.map(({ left, name, of }) => `${name} ${left} of ${of}`).join(", ")}.`]
}
