import { escapeMarkup } from "../escape.ts"
import type { Section } from "./block.ts"
import { numbering, paragraphs } from "./markup.ts"
import { SCRIPT } from "./script.ts"
import { sectionHtml } from "./section.ts"
import { NO_SCRIPT_STYLE, STYLE } from "./style.ts"

export interface HtmlReport {
  readonly title: string
  readonly subtitle?: string
  readonly sections: ReadonlyArray<Section>
  /** Small print below it all, such as what it is not to be used for. */
  readonly footer?: string
  /** Of the texts, as BCP 47 names it. Default `"en"`. */
  readonly language?: string
}

/**
 * A report as one file of HTML that opens from disk without a network: sections with prose, key figures, tables, charts, pictures
 * and slices to scroll through. Every table and figure can be downloaded from it. Without scripts it shows all the same and only
 * does not sort, scroll and switch.
 *
 * The same report gives the same bytes; every text is escaped; a policy in its head forbids whatever it did not bring along.
 *
 * @throws ReportError for a chart that is more than shapes and text, and for a link that is neither relative nor https
 * @example
 * ```ts
 * const html = htmlReport({
 *   title: "AGCAF-Net on the phantom cohort",
 *   sections: [{ title: "Scores", blocks: [{ kind: "table", table }] }]
 * })
 * ```
 */
export const htmlReport = ({ footer, language = "en", sections, subtitle, title }: HtmlReport): string => {
  const numbers = numbering()
  const contents = sections.map(({ title }, i) => `<li><a href="#section-${i + 1}">${escapeMarkup(title)}</a></li>`)
  return [
    "<!doctype html>",
    `<html lang="${escapeMarkup(language)}">`,
    "<head>",
    `<meta charset="utf-8"/>`,
    `<meta name="viewport" content="width=device-width, initial-scale=1"/>`,
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}"/>`,
    `<meta name="color-scheme" content="light dark"/>`,
    `<title>${escapeMarkup(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<noscript><style>${NO_SCRIPT_STYLE}</style></noscript>`,
    "</head>",
    "<body>",
    "<header>",
    `<h1>${escapeMarkup(title)}</h1>`,
    ...(subtitle === undefined ? [] : [`<p class="subtitle">${escapeMarkup(subtitle)}</p>`]),
    ...(contents.length < 2 ? [] : [`<nav aria-label="Contents"><ol>${contents.join("\n")}</ol></nav>`]),
    "</header>",
    "<main>",
    ...sections.map((section, i) => sectionHtml(section, `section-${i + 1}`, numbers)),
    "</main>",
    ...(footer === undefined ? [] : [`<footer>${paragraphs(footer)}</footer>`]),
    `<script>${SCRIPT}</script>`,
    "</body>",
    "</html>",
    ""
  ].join("\n")
}

const POLICY =
  "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
