import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { beforeAll, expect, it } from "vitest"
import { paperTables } from "../../../src/pipelines/paper/paper.ts"
import { type StudyReport, studyReport } from "../../../src/pipelines/studyReport/studyReport.ts"
import { viewedPatients, viewerStacks } from "../../../src/pipelines/studyReport/studyViewer.ts"
import { Files } from "../../../src/stages/files.ts"
import { madeUpStudy, phantoms } from "../../support/madeUpStudy.ts"
import { type Markup, readMarkup } from "../../support/markup.ts"
import { failed } from "../../support/outcomes.ts"

let study: StudyReport
let html = ""
let page: Markup
beforeAll(async () => {
  const { files, facts, outcomes } = await madeUpStudy([1, 2])
  const viewed = viewedPatients(outcomes, "studies")
  const stacks = await Effect.runPromise(
    Effect.provideService(Stream.runCollect(viewerStacks(viewed, "lits")), Files, files)
  )
  study = {
    title: "Depth <18 & 34>",
    outcomes,
    facts,
    provenance: phantoms,
    table: paperTables[0],
    reference: "ResNet-18",
    viewer: { stacks, patients: viewed.length }
  }
  html = studyReport(study)
  page = readMarkup(html)
})
const downloads = () => page.tags.flatMap(({ attributes: { download } }) => (download === undefined ? [] : [download]))
const content = async (name: string) => {
  const link = page.tags.find(({ attributes }) => attributes.download === name)
  return (await fetch(link?.attributes.href ?? "")).text()
}

it("says first on which data and at which scale, and that none of it is of LiTS", () => {
  const before = page.text.slice(0, page.text.indexOf("Beside the paper's Table 1"))
  expect(before).toContain("4 phantoms, at scale smoke. 3 variants, 2 seeds, 2 test patients.")
  expect(before).toContain("none of our figures are of LiTS")
  expect(before).toContain("no network learns anything in it")
})

it("has the paper's figures beside ours, with deviations and footnotes", () => {
  expect(page.text).toContain("0.858")
  expect(page.text).toContain("Ours, pooled ±\u00A0s.d.")
  expect(page.text).toContain("its Sensitivity 0.917 in Table 4")
})

it("lists cells that failed in their place, and says why", () => {
  expect(page.text).toContain("2 of 6 cells failed and have no part in any number: Lost & gone, seed 1 (it was lost)")
  expect(page.text).toContain("LossError: it was lost")
})

it("names the fold of a cell that failed", () => {
  const { reference, ...rest } = study
  const folds = readMarkup(studyReport({ ...rest, outcomes: [failed("U-Net", 1, 0), failed("U-Net", 1, 1)] }))
  expect(folds.text).toContain("U-Net, seed 1, fold 0 (it was lost); U-Net, seed 1, fold 1 (it was lost)")
})

it("has charts, trainings and slices", () => {
  expect(page.tags.filter(({ name }) => name === "svg")).toHaveLength(4 + 2)
  expect(page.tags.filter(({ attributes }) => attributes.class === "stack")).toHaveLength(4)
  expect(page.text).toContain("The test patients; of each, slices on which something is marked.")
})

it("holds every number as files", async () => {
  expect(downloads()).toEqual(expect.arrayContaining(["numbers.csv", "patient-tests.csv", "study.json"]))
  expect(downloads().filter((name) => name.endsWith(".tex")).length).toBeGreaterThan(3)
  const [heading, ...rows] = (await content("patient-tests.csv")).trim().split("\r\n")
  expect(heading).toBe("variant,seed,fold,caseId,dice,precision,recall,assd,hd95,tp,fp,fn,data")
  expect(rows).toHaveLength(2 * 2 * 2)
  expect(rows[0]).toMatch(/^ResNet-18,1,,volume-0,1,1,1,0,0,\d+,0,0,"4 phantoms, at scale smoke"$/)
  expect(await content("study.json")).not.toContain("seconds")
  const { cells, provenance } = JSON.parse(await content("study.json"))
  expect(provenance).toEqual(phantoms)
  expect(cells.map(({ state }: { readonly state: string }) => state)).toEqual(
    Array(2).fill(["done", "done", "failed"]).flat()
  )
})

it("the same study gives the same bytes", () => {
  expect(studyReport(study)).toBe(html)
})

it("a study of which nothing came out is told all the same", () => {
  const { reference, viewer, ...rest } = study
  const { text } = readMarkup(studyReport({ ...rest, outcomes: [failed("A", 1), failed("B", 1)] }))
  expect(text).toContain("2 of 2 cells failed")
  expect(text).toContain("No cell has a result.")
})
