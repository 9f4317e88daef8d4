import type { Block } from "../../report/html/block.ts"
import { htmlReport } from "../../report/html/htmlReport.ts"
import type { PaperTable } from "../paper/paper.ts"
import type { Outcome } from "../study/runStudy.ts"
import { besidePaper } from "./besidePaper.ts"
import { inWords, noticeOf, type Provenance } from "./provenance.ts"

/** A study of a site: its table, and where its pages lie, as paths from the first page. */
export interface SiteStudy {
  readonly table: PaperTable
  readonly outcomes: ReadonlyArray<Outcome>
  readonly report: string
  /** Its page, or why it could not be drawn. */
  readonly figure?: SiteFigure
}

export type SiteFigure = { readonly title: string } & ({ readonly page: string } | { readonly missing: string })

export interface StudySite {
  readonly title: string
  readonly provenance: Provenance
  readonly studies: ReadonlyArray<SiteStudy>
}

/**
 * The first page of several studies of the paper: each table beside ours, with links to reports and figures.
 *
 * @example
 * ```ts
 * const [table] = paperTables
 * const studies = [{ table, outcomes, report: "table1/report.html" }]
 * const html = studySite({ title: "AGCAF-Net", provenance, studies })
 * ```
 */
export const studySite = ({ title, provenance, studies }: StudySite): string => {
  const on = inWords(provenance)
  const every = studies.flatMap(({ outcomes }) => outcomes)
  return htmlReport({
    title,
    subtitle: `Made on ${on}.`,
    sections: [
      { title: "What this is", blocks: [{ kind: "notice", text: noticeOf(provenance, every) }] },
      ...studies.map(({ table, outcomes, report, figure }) => ({
        title: `Table ${table.number}`,
        blocks: [
          { kind: "table", name: `table${table.number}`, table: besidePaper(table, outcomes, { data: on }) },
          links(table, report, figure),
          ...missingFigure(figure)
        ] satisfies ReadonlyArray<Block>
      }))
    ],
    footer: "For research only; not for clinical use."
  })
}

const missingFigure = (figure: SiteStudy["figure"]): ReadonlyArray<Block> =>
  figure === undefined || "page" in figure
    ? []
    : [{ kind: "prose", text: `${figure.title}: not drawn, because ${figure.missing}.` }]

const links = (table: PaperTable, report: string, figure: SiteStudy["figure"]): Block => ({
  kind: "links",
  links: [
    { text: `Report of Table ${table.number}`, href: report },
    ...(figure !== undefined && "page" in figure ? [{ text: figure.title, href: figure.page }] : [])
  ]
})
