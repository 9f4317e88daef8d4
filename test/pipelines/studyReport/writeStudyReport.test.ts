import * as Effect from "effect/Effect"
import { beforeAll, expect, it } from "vitest"
import { readPng } from "../../../src/formats/png.ts"
import { paperTables } from "../../../src/pipelines/paper/paper.ts"
import { type StudyFiles, writeStudyReport } from "../../../src/pipelines/studyReport/writeStudyReport.ts"
import { Files } from "../../../src/stages/files.ts"
import { type MadeUpStudy, madeUpStudy, phantoms } from "../../support/madeUpStudy.ts"
import { readMarkup } from "../../support/markup.ts"

let study: MadeUpStudy
let written: StudyFiles
const write = () =>
  Effect.runPromise(
    writeStudyReport("site/table1", {
      ...study,
      title: "Depth",
      provenance: phantoms,
      table: paperTables[0],
      source: "lits",
      directory: "studies"
    }).pipe(Effect.provideService(Files, study.files))
  )
const read = (path: string) => Effect.runPromise(study.files.read(path))
const text = async (path: string) => new TextDecoder().decode(await read(path))
beforeAll(async () => {
  study = await madeUpStudy()
  written = await write()
})

it("writes a page with pictures, tables in three languages, charts, panels and every number", async () => {
  expect(written.report).toBe("site/table1/report.html")
  expect(written.files.map((path) => path.replace("site/table1/", ""))).toEqual([
    "report.html",
    ...["table", "variants", "tests", "patients"].flatMap((name) =>
      ["md", "tex", "csv"].map((ending) => `${name}.${ending}`)
    ),
    "numbers.csv",
    "patient-tests.csv",
    "study.json",
    "charts/dice.svg",
    "charts/roc.svg",
    "charts/size.svg",
    "charts/asd.svg",
    "charts/training-1-resnet-18.svg",
    "charts/training-2-resnet-34.svg",
    "figure.png"
  ])
  const page = readMarkup(await text(written.report))
  expect(page.tags.some(({ attributes }) => attributes.class === "viewer show-error")).toBe(true)
  expect(page.tags.some(({ attributes }) => attributes.class === "picture")).toBe(true)
  expect(readPng(await read("site/table1/figure.png")).height).toBeGreaterThan(300)
})

it("whatever it writes says on which data it was made", async () => {
  for (const path of written.files.filter((path) => !path.endsWith(".png") && !path.endsWith(".json"))) {
    expect(await text(path), path).toContain("4 phantoms, at scale smoke")
  }
  expect(await text("site/table1/study.json")).toContain('"phantoms":4')
})

it("written again, every byte is the same", async () => {
  const before = await Promise.all(written.files.map(read))
  await write()
  expect(await Promise.all(written.files.map(read))).toEqual(before)
})
