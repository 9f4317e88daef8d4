import { type PngImage, writePng } from "../../formats/png.ts"
import { escapeMarkup } from "../escape.ts"
import { ReportError } from "../reportError.ts"
import type { Charts, Picture } from "./block.ts"
import { dataUri, fileName } from "./dataUri.ts"
import { caption, downloadLink, downloads, type Numbering } from "./markup.ts"

/** Charts side by side, each with its file. */
export const chartsBlock = ({ charts }: Charts, { figure }: Numbering): string => {
  const figures = charts.map(({ svg, title, caption: text = title }) => {
    const number = figure()
    const file = `figure-${number}-${fileName(title)}.svg`
    return [
      `<figure class="chart">${inlined(svg, number)}`,
      `<figcaption>${caption(`Figure ${number}`, text)}</figcaption>`,
      downloads(downloadLink("SVG", file, svg, "image/svg+xml")),
      "</figure>"
    ].join("\n")
  })
  return `<div class="charts">\n${figures.join("\n")}\n</div>`
}

const ELEMENTS = new Set([
  "svg",
  "title",
  "desc",
  "g",
  "path",
  "rect",
  "circle",
  "ellipse",
  "line",
  "polyline",
  "polygon",
  "text",
  "tspan"
])

const TAG = /<\/?([a-zA-Z]+)((?:\s+[a-zA-Z:-]+="[^"<>]*")*)\s*\/?>/y

/** A chart as part of the page, which it could take over unless it is made of shapes and text alone. */
const inlined = (svg: string, number: number): string => {
  const refuse = (reason: string) => new ReportError({ what: `figure ${number}`, reason })
  if (!svg.startsWith("<svg ") || !svg.endsWith("</svg>")) throw refuse("its chart is not one SVG element")
  for (let at = 0; at >= 0; at = svg.indexOf("<", TAG.lastIndex)) {
    TAG.lastIndex = at
    const [, name, attributes] = TAG.exec(svg) ?? []
    if (name === undefined) throw refuse(`its chart has no plain tag at "${svg.slice(at, at + 20)}"`)
    if (!ELEMENTS.has(name)) throw refuse(`<${name}> has no place in a chart`)
    for (const [, attribute] of attributes.matchAll(/([a-zA-Z:-]+)="/g)) {
      if (/^on|href$|^style$/i.test(attribute)) throw refuse(`the attribute "${attribute}" has no place in a chart`)
    }
  }
  return svg
}

/** A picture in full width. Its file is what the page shows, so that it is there once; the script links it. */
export const pictureBlock = ({ caption: text, description = text, picture }: Picture, number: number): string =>
  [
    `<figure class="picture">`,
    `<div class="scroll" role="region" tabindex="0" aria-label="Figure ${number}">`,
    `<img alt="${escapeMarkup(description)}" width="${picture.width}" height="${picture.height}" src="${pngUri(picture)}"/>`,
    "</div>",
    `<figcaption>${caption(`Figure ${number}`, text)}</figcaption>`,
    `<p class="downloads scripted" hidden>Download: <a data-picture download="figure-${number}-${fileName(text)}.png">PNG</a></p>`,
    "</figure>"
  ].join("\n")

const pngUri = (picture: PngImage): string => dataUri(writePng(picture), "image/png")
