import { element, type Markup, round } from "./svg.ts"

/** How one series is drawn: no two of a chart differ by colour alone. */
export interface SeriesStyle {
  readonly color: string
  /** For `stroke-dasharray`; whole where it is undefined. */
  readonly dash?: string
  readonly shape: Shape
  readonly filled: boolean
}

/** The path of a marker of some radius, relative to its centre. */
type Shape = (radius: number) => string

const SHAPES: ReadonlyArray<Shape> = [
  (r) => `m${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
  (r) => `m${-r} ${-r}h${2 * r}v${2 * r}h${-2 * r}z`,
  (r) => `m0 ${-1.25 * r}l${1.25 * r} ${2.25 * r}h${-2.5 * r}z`,
  (r) => `m0 ${-1.5 * r}l${1.5 * r} ${1.5 * r}l${-1.5 * r} ${1.5 * r}l${-1.5 * r} ${-1.5 * r}z`,
  (r) => `m${-r} ${-r}l${2 * r} ${2 * r}m0 ${-2 * r}l${-2 * r} ${2 * r}`,
  (r) => `m0 ${1.25 * r}l${1.25 * r} ${-2.25 * r}h${-2.5 * r}z`,
  (r) => `m${-1.25 * r} 0h${2.5 * r}m${-1.25 * r} ${-1.25 * r}v${2.5 * r}`
]

/** Okabe and Ito's colours, those that stand out on white first; their black is the colour of the text. */
const PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "currentColor"]

const DASHES = [undefined, "7 3", "2 2", "9 3 2 3", "5 2 1 2 1 2", "12 4", "1 3"]

/** The style of series `index` of a chart. Seven differ; the next seven have hollow markers. */
export const styleOf = (index: number): SeriesStyle => {
  const dash = DASHES[index % DASHES.length]
  return {
    color: PALETTE[index % PALETTE.length],
    ...(dash !== undefined && { dash }),
    shape: SHAPES[index % SHAPES.length],
    filled: Math.floor(index / SHAPES.length) % 2 === 0
  }
}

/** Markers of one series as one path; none for no places. */
export const markers = (
  places: ReadonlyArray<readonly [x: number, y: number]>,
  { color, filled, shape }: SeriesStyle,
  radius = 3
): ReadonlyArray<Markup> => {
  const path = shape(radius).replace(/-?\d*\.\d+/g, (number) => String(round(Number(number))))
  const d = places.map(([x, y]) => `M${round(x)} ${round(y)}${path}`).join("")
  const fill = filled ? { fill: color, "fill-opacity": 0.55 } : { fill: "none" }
  return d === "" ? [] : [element("path", { d, ...fill, stroke: color, "stroke-width": 1 })]
}
