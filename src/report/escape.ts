/**
 * Text as it may stand in HTML, XML or SVG, between tags and in quoted attributes. What XML has no place for, control
 * characters and halves of surrogate pairs, becomes U+FFFD.
 *
 * @example
 * ```ts
 * escapeMarkup(`<b title="x">`) // => "&lt;b title=&quot;x&quot;&gt;"
 * ```
 */
export const escapeMarkup = (text: string): string =>
  text.replace(FORBIDDEN, "\uFFFD").replace(/[&<>"']/g, (character) => ENTITIES[character])

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF]|\p{Surrogate}/gu
