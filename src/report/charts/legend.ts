import { markers, type SeriesStyle } from "./series.ts"
import { clipped, element, type Markup, textAt, textWidth } from "./svg.ts"

/** A series and what its mark in the legend looks like. */
export interface LegendEntry {
  readonly text: string
  readonly style: SeriesStyle
  readonly mark: "line" | "marker" | "bar"
}

export interface Legend {
  readonly height: number
  readonly draw: (left: number, top: number) => Markup
}

const SIZE = 12
const LINE = 18
const SWATCH = 26
const GAP = 14

/** A legend in as many lines as its width asks for. */
export const legendOf = (entries: ReadonlyArray<LegendEntry>, width: number): Legend => {
  let [x, line] = [0, 0]
  const places = entries.map((entry) => {
    const text = clipped(entry.text, SIZE, width - SWATCH)
    const own = SWATCH + textWidth(text, SIZE)
    if (x > 0 && x + own > width) [x, line] = [0, line + 1]
    const place = { ...entry, text, x, line }
    x += own + GAP
    return place
  })
  return {
    height: entries.length === 0 ? 0 : (line + 1) * LINE,
    draw: (left, top) =>
      element(
        "g",
        {},
        ...places.flatMap(({ line, mark, style, text, x }) => {
          const middle = top + line * LINE + LINE / 2
          return [swatch(left + x, middle, mark, style), textAt(left + x + SWATCH - 4, middle + 4, text)]
        })
      )
  }
}

const swatch = (left: number, middle: number, mark: LegendEntry["mark"], style: SeriesStyle): Markup => {
  switch (mark) {
    case "marker":
      return markers([[left + 10, middle]], style, 4).join("")
    case "bar":
      return element("rect", {
        x: left,
        y: middle - 5,
        width: 18,
        height: 10,
        fill: style.color,
        "fill-opacity": 0.25,
        stroke: style.color,
        "stroke-width": 1.5,
        "stroke-dasharray": style.dash
      })
    case "line":
      return element("path", {
        d: `M${left} ${middle}h18`,
        fill: "none",
        stroke: style.color,
        "stroke-width": 2,
        "stroke-dasharray": style.dash
      })
  }
}
