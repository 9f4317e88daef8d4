import { scaleLinear, scaleLog } from "d3-scale"

/** One direction of a chart: where values stand in pixels, and which of them are named. */
export interface Axis {
  readonly at: (value: number) => number
  readonly ticks: ReadonlyArray<Tick>
}

export interface Tick {
  readonly at: number
  /** Empty for a line without a name. */
  readonly text: string
}

export interface AxisOptions {
  /** Where the least and the greatest value stand. */
  readonly range: readonly [number, number]
  /** About how many ticks. Default 5. */
  readonly ticks?: number
  /** Whether the ends are moved outward to round numbers. Default true. */
  readonly rounded?: boolean
  /** Whether what it counts, such as epochs, is whole: no tick stands between two. Default false. */
  readonly whole?: boolean
}

/** Beyond these, and nearer to zero than their inverse, steps of an axis could no longer be told in floating point. */
const MOST = 1e300
const LEAST = 1e-250

/** The least and the greatest of the finite values; `fallback` where there are none, and some room around one value alone. */
export const domainOf = (values: Iterable<number>, fallback: readonly [number, number] = [0, 1]): [number, number] => {
  let [least, greatest] = [Infinity, -Infinity]
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    least = Math.max(-MOST, Math.min(least, value))
    greatest = Math.min(MOST, Math.max(greatest, value))
  }
  if (least > greatest) return [...fallback]
  const size = Math.max(Math.abs(least), Math.abs(greatest))
  if (greatest - least > Math.max(LEAST, size * 1e-9)) return [least, greatest]
  const room = size > LEAST ? size / 10 : 0.5
  return [least - room, greatest + room]
}

/** The domain of values with zero at its end, unless some are negative. */
export const domainFromZero = (values: ReadonlyArray<number>): [number, number] => {
  const finite = values.filter(Number.isFinite)
  if (finite.length === 0 || finite.some((value) => value < 0)) return domainOf(finite)
  return [0, domainOf([0, ...finite])[1]]
}

/** An axis with even steps. What lies outside stands at its end. */
export const linearAxis = (
  domain: readonly [number, number],
  { range, ticks = 5, rounded = true, whole = false }: AxisOptions
): Axis => {
  const scale = scaleLinear().domain(domain).range(range).clamp(true)
  if (rounded) scale.nice(ticks)
  const all = scale.ticks(ticks)
  const named = whole ? all.filter(Number.isInteger) : all
  const text = formatOf(scale.domain(), named, named.length < all.length ? String : scale.tickFormat(ticks))
  return {
    at: (value) => scale(value),
    ticks: named.map((value) => ({ at: scale(value), text: text(value) }))
  }
}

/** Names with a power of ten where they would else be too long. */
const formatOf = (
  domain: ReadonlyArray<number>,
  ticks: ReadonlyArray<number>,
  format: (value: number) => string
): ((value: number) => string) => {
  const most = Math.max(...domain.map(Math.abs))
  const long = ticks.some((value) => format(value).length > 7)
  return long || most >= 1e6 ? (value) => (value === 0 ? "0" : scientific(value)) : format
}

const scientific = (value: number): string =>
  value
    .toExponential(2)
    .replace(/\.?0*e/, "e")
    .replace("e+", "e")
    .replaceAll("-", "−")

/** An axis with even factors: a line at 1 to 9 times each power of ten, names at 1, 2 and 5 where they have room. */
export const logAxis = (domain: readonly [number, number], { range }: AxisOptions): Axis => {
  const scale = scaleLog().domain(domain).range(range).nice().clamp(true)
  const [least, greatest] = scale.domain()
  const decades = Math.log10(greatest / least)
  const named = decades <= 2 ? [1, 2, 5] : [1]
  const every = Math.ceil(decades / 6)
  const ticks = scale.ticks().map((value) => {
    const exponent = Math.floor(Math.log10(value) + 1e-9)
    const digit = Math.round(value / 10 ** exponent)
    const isNamed = named.includes(digit) && (digit > 1 || exponent % every === 0)
    return { at: scale(value), text: isNamed ? decimal(value) : "" }
  })
  return { at: (value) => scale(value), ticks: decades > 3.5 ? ticks.filter(({ text }) => text !== "") : ticks }
}

const decimal = (value: number): string =>
  value >= 1e5 || value < 1e-3 ? scientific(value) : String(Number(value.toPrecision(3)))
