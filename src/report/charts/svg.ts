import { escapeMarkup } from "../escape.ts"

/** Markup that is whole: every text in it escaped, every tag closed. */
export type Markup = string

type Attributes = Readonly<Record<string, string | number | undefined>>

/**
 * An element with its contents. Numbers are rounded to hundredths, so that the same picture is the same bytes on every machine;
 * attributes that are undefined are left out.
 */
export const element = (name: string, attributes: Attributes, ...contents: ReadonlyArray<Markup>): Markup => {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? round(value) : escapeMarkup(String(value))}"`)
    .join("")
  return contents.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${contents.join("")}</${name}>`
}

/** Text at a place, which it begins at, is centred on, or ends at. */
export const textAt = (
  x: number,
  y: number,
  text: string,
  attributes: Attributes & { readonly "text-anchor"?: "start" | "middle" | "end" } = {}
): Markup => element("text", { x, y, ...attributes }, escapeMarkup(text))

/** A number of pixels, to hundredths. */
export const round = (value: number): number => {
  const rounded = Math.round(value * 100) / 100
  return rounded === 0 ? 0 : rounded
}

/** A little more than what most fonts take for a text, since nobody can measure it here. */
export const textWidth = (text: string, size: number): number => 0.58 * size * [...text].length

/** A text cut to a width, with an ellipsis where something is missing. */
export const clipped = (text: string, size: number, width: number): string => {
  const characters = [...text]
  const most = Math.max(1, Math.floor(width / textWidth("x", size)))
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`
}
