import { beforeAll, expect, it } from "vitest"
import { paperTables } from "../../../src/pipelines/paper/paper.ts"
import { studySite } from "../../../src/pipelines/studyReport/studySite.ts"
import { madeUpStudy, phantoms } from "../../support/madeUpStudy.ts"
import { type Markup, readMarkup } from "../../support/markup.ts"

let page: Markup
beforeAll(async () => {
  const { outcomes } = await madeUpStudy()
  page = readMarkup(
    studySite({
      title: "Everything",
      provenance: phantoms,
      studies: [
        {
          table: paperTables[0],
          outcomes,
          report: "table1/report.html",
          figure: { title: "Figure 6", page: "figure6.html" }
        },
        { table: paperTables[2], outcomes: [], report: "table3/report.html" },
        {
          table: paperTables[3],
          outcomes: [],
          report: "table4/report.html",
          figure: { title: "Figure 8", missing: "every cell failed, so there is nothing to draw" }
        }
      ]
    })
  )
})

it("links every report and figure", () => {
  const links = page.tags.flatMap(({ attributes: { href } }) => (href?.endsWith(".html") ? [href] : []))
  expect(links).toEqual(["table1/report.html", "figure6.html", "table3/report.html", "table4/report.html"])
})

it("says why a figure is missing", () => {
  expect(page.text).toContain("Figure 8: not drawn, because every cell failed, so there is nothing to draw.")
})

it("has each table beside ours, and says on which data", () => {
  expect(page.text).toContain("Made on 4 phantoms, at scale smoke.")
  expect(page.text).toContain("Beside the paper's Table 1: “Operational results of ResNet-18 and ResNet-34”")
  expect(page.text).toContain("Accuracy of the different dimensionality reduction ratios")
})

it("a table's files are named by the paper's table, and say on which data they were made", async () => {
  const link = page.tags.find(({ attributes }) => attributes.download === "table1.csv")
  const [, row] = (await (await fetch(link?.attributes.href ?? "")).text()).split("\r\n")
  expect(row).toContain("4 phantoms, at scale smoke")
})
