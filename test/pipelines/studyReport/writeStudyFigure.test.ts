import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { readPng } from "../../../src/formats/png.ts"
import type { Outcome } from "../../../src/pipelines/study/runStudy.ts"
import { writeStudyFigure } from "../../../src/pipelines/studyReport/writeStudyFigure.ts"
import { Files } from "../../../src/stages/files.ts"
import { madeUpStudy, phantoms } from "../../support/madeUpStudy.ts"
import { readMarkup } from "../../support/markup.ts"

it("writes the panels, who is seen in them, and a page of both", async () => {
  const study = await madeUpStudy()
  const options = { name: "figure6", title: "Figure 6", source: "lits", directory: "studies", provenance: phantoms }
  const written = await Effect.runPromise(
    Effect.provideService(writeStudyFigure("site", { ...study, ...options }), Files, study.files)
  )
  const read = (path: string) => Effect.runPromise(study.files.read(path))
  expect(written).toEqual({ page: "site/figure6.html", picture: "site/figure6.png", cases: "site/figure6.csv" })
  expect(readPng(await read(written.picture)).width).toBeGreaterThan(4 * 256)
  const [heading, ...rows] = new TextDecoder()
    .decode(await read(written.cases))
    .trim()
    .split("\r\n")
  expect(heading).toBe("kind,caseId,slice,lesions,milliliters,dice ResNet-18,dice ResNet-34,data")
  expect(rows).toHaveLength(2)
  // On the slice that is seen both are right.
  for (const row of rows) expect(row).toMatch(/,1,1,"4 phantoms, at scale smoke"$/)
  const { tags, text } = readMarkup(new TextDecoder().decode(await read(written.page)))
  const href = tags.find(({ attributes }) => attributes.download === "figure6.csv")?.attributes.href ?? ""
  expect(await (await fetch(href)).text()).toBe(new TextDecoder().decode(await read(written.cases)))
  expect(text).toContain("none of our figures are of LiTS")
  expect(text).toContain("(C) ResNet-18, (D) ResNet-34")
})

it("its Dice is of the seed whose masks are seen", async () => {
  const study = await madeUpStudy([1, 2])
  const outcomes = study.outcomes.map((each): Outcome => {
    if (each.kind === "failed" || each.cell.seed === 2) return each
    // Under seed 1 no mask was kept, and all was missed.
    const cases = each.result.cases.map(({ mask, ...rest }) => ({ ...rest, volume: { ...rest.volume, slices: [] } }))
    return { ...each, result: { ...each.result, cases } }
  })
  const options = { name: "figure6", title: "Figure 6", source: "lits", directory: "studies", provenance: phantoms }
  const { cases, page } = await Effect.runPromise(
    Effect.provideService(writeStudyFigure("site", { ...study, ...options, outcomes }), Files, study.files)
  )
  const text = async (path: string) => new TextDecoder().decode(await Effect.runPromise(study.files.read(path)))
  for (const row of (await text(cases)).trim().split("\r\n").slice(1)) expect(row).toMatch(/,1,1,"4 phantoms/)
  expect(await text(page)).toContain("alone, under seed 2.")
})
