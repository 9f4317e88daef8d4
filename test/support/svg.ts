import { expect } from "vitest"
import { type Markup, readMarkup } from "./markup.ts"

/** Attributes that hold nothing but places and sizes. */
const NUMERIC = ["x", "y", "width", "height", "d", "transform", "viewBox", "points", "stroke-width"]

/** Reads a chart and holds it to what every chart promises: well formed, named, all numbers finite, no ids that could clash. */
export const readChart = (svg: string): Markup => {
  const markup = readMarkup(svg)
  expect(markup.tags.slice(0, 3).map(({ name }) => name)).toEqual(["svg", "title", "desc"])
  for (const { attributes } of markup.tags) {
    expect(attributes).not.toHaveProperty("id")
    for (const name of NUMERIC) expect(attributes[name] ?? "").not.toMatch(/NaN|Infinity|undefined|e[+-]?\d/)
  }
  return markup
}

/** The widths and heights of the rectangles of a chart; none may be negative. */
export const rectangles = ({ tags }: Markup) =>
  tags
    .filter(({ name }) => name === "rect")
    .map(({ attributes: { x, y, width, height } }) => ({
      x: Number(x),
      y: Number(y),
      width: Number(width),
      height: Number(height)
    }))
