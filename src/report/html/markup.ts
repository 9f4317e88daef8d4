import { escapeMarkup } from "../escape.ts"
import { dataUri } from "./dataUri.ts"

/** Numbers of figures and tables as they come. */
export interface Numbering {
  readonly figure: () => number
  readonly table: () => number
}

export const numbering = (): Numbering => {
  let [figures, tables] = [0, 0]
  return { figure: () => ++figures, table: () => ++tables }
}

/** A text in paragraphs, with an empty line between each two. */
export const paragraphs = (text: string): string =>
  text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "")
    .map((paragraph) => `<p>${escapeMarkup(paragraph)}</p>`)
    .join("\n")

/** A link to a file that the page itself holds. */
export const downloadLink = (text: string, name: string, content: Uint8Array | string, type: string): string =>
  `<a download="${escapeMarkup(name)}" href="${escapeMarkup(dataUri(content, type))}">${escapeMarkup(text)}</a>`

/** Links below what they hold. */
export const downloads = (...links: ReadonlyArray<string>): string =>
  `<p class="downloads">Download: ${links.join(" ")}</p>`

/** "Figure 3. Caption", or the number alone. */
export const caption = (what: string, text: string | undefined): string =>
  `<b>${what}.</b>${text === undefined ? "" : ` ${escapeMarkup(text)}`}`
