import { escapeMarkup } from "../escape.ts"
import { ReportError } from "../reportError.ts"
import type { Block, Downloads, KeyFigures, Links, Section } from "./block.ts"
import { chartsBlock, pictureBlock } from "./figureBlocks.ts"
import { downloadLink, downloads, type Numbering, paragraphs } from "./markup.ts"
import { tableBlock } from "./tableBlock.ts"
import { viewerBlock } from "./viewerBlock.ts"

/** A section with its heading. */
export const sectionHtml = ({ blocks, title }: Section, id: string, numbers: Numbering): string =>
  [
    `<section id="${id}">`,
    `<h2>${escapeMarkup(title)}</h2>`,
    ...blocks.map((block) => blockHtml(block, numbers)),
    "</section>"
  ].join("\n")

const blockHtml = (block: Block, numbers: Numbering): string => {
  switch (block.kind) {
    case "prose":
      return `<div class="prose">${paragraphs(block.text)}</div>`
    case "notice":
      return `<div class="notice" role="note">${paragraphs(block.text)}</div>`
    case "figures":
      return keyFigures(block)
    case "table":
      return tableBlock(block, numbers.table())
    case "charts":
      return chartsBlock(block, numbers)
    case "picture":
      return pictureBlock(block, numbers.figure())
    case "viewer":
      return viewerBlock(block, numbers.figure())
    case "downloads":
      return files(block)
    case "links":
      return linkList(block)
  }
}

const keyFigures = ({ figures }: KeyFigures): string => {
  const cards = figures.map(
    ({ label, note, value }) =>
      `<div class="card"><dt>${escapeMarkup(label)}</dt><dd>${escapeMarkup(value)}</dd>${
        note === undefined ? "" : `<dd class="note">${escapeMarkup(note)}</dd>`
      }</div>`
  )
  return `<dl class="cards">${cards.join("\n")}</dl>`
}

const files = ({ files }: Downloads): string =>
  downloads(...files.map(({ content, name, type }) => downloadLink(name, name, content, type)))

const linkList = ({ links }: Links): string => {
  const items = links.map(({ href, text }) => {
    if (!/^(https:\/\/|#|\.{1,2}\/|[\w-][\w./-]*(#|$))/.test(href)) {
      throw new ReportError({ what: `the link "${href}"`, reason: "is neither a relative path nor an https address" })
    }
    return `<li><a href="${escapeMarkup(href)}">${escapeMarkup(text)}</a></li>`
  })
  return `<ul class="links">${items.join("\n")}</ul>`
}
