import * as Effect from "effect/Effect"
import { beforeAll, expect, it } from "vitest"
import { readPng } from "../../../src/formats/png.ts"
import { paperTables } from "../../../src/pipelines/paper/paper.ts"
import {
  type StudyFiles,
  type WriteStudyReport,
  writeStudyReport
} from "../../../src/pipelines/studyReport/writeStudyReport.ts"
import { Files } from "../../../src/stages/files.ts"
import { Notices } from "../../../src/stages/notices.ts"
import { type MadeUpStudy, madeUpStudy, phantoms } from "../../support/madeUpStudy.ts"
import { readMarkup } from "../../support/markup.ts"

let study: MadeUpStudy
let written: StudyFiles
const write = (change: Partial<WriteStudyReport> = {}) =>
  Effect.runPromise(
    writeStudyReport("site/table1", {
      ...study,
      title: "Depth",
      provenance: phantoms,
      table: paperTables[0],
      source: "lits",
      directory: "studies",
      ...change
    }).pipe(
      Effect.provideService(Files, study.files),
      Effect.provideService(Notices, () => Effect.void)
    )
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
    ...["table", "variants", "tests", "patients", "cells", "protocol", "networks"].flatMap((name) =>
      ["csv", "json", "md", "tex"].map((ending) => `${name}.${ending}`)
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
  for (const path of written.files.filter((path) => !path.endsWith(".png") && !path.endsWith("study.json"))) {
    expect(await text(path), path).toContain("4 phantoms, at scale smoke")
  }
  expect(await text("site/table1/study.json")).toContain('"phantoms":4')
})

it("what is downloaded from the page is what lies beside it, to the byte", async () => {
  const { tags } = readMarkup(await text(written.report))
  const links = tags.flatMap(({ attributes: { download, href } }) =>
    download === undefined || href === undefined ? [] : [{ download, href }]
  )
  const tables = links.filter(({ download }) => !download.startsWith("figure-"))
  expect(tables).toHaveLength(7 * 4 + 3)
  for (const { download, href } of tables) {
    expect(await (await fetch(href)).text(), download).toBe(await text(`site/table1/${download}`))
  }
  const charts = await Promise.all(written.files.filter((path) => path.includes("/charts/")).map((path) => text(path)))
  for (const { download, href } of links.filter(({ download }) => download.endsWith(".svg"))) {
    expect(charts, download).toContain(await (await fetch(href)).text())
  }
})

it("written again, every byte is the same", async () => {
  const before = await Promise.all(written.files.map(read))
  await write()
  expect(await Promise.all(written.files.map(read))).toEqual(before)
})

it("what an earlier study left in the folder is removed, and nothing else", async () => {
  const own = "site/table1/charts/own.svg"
  await Effect.runPromise(study.files.write(own, new Uint8Array(1)))
  const { files } = await write({ outcomes: study.outcomes.slice(1, 2) })
  const there = await Promise.all(["", "/charts"].map((at) => Effect.runPromise(study.files.list(`site/table1${at}`))))
  const charts = there[1].map((name) => `site/table1/charts/${name}`)
  expect(charts.filter((path) => !files.includes(path))).toEqual([own])
  expect(charts.filter((path) => path.includes("training"))).toEqual(["site/table1/charts/training-1-resnet-34.svg"])
  await Effect.runPromise(study.files.remove(own))
  await write()
})

it("goes on without a mask that cannot be read, and says so", async () => {
  const path = "studies/cells/ResNet-341/masks/volume-0.nii"
  const mask = await read(path)
  await Effect.runPromise(study.files.remove(path))
  const { figure, report } = await write()
  expect(figure?.variants).toEqual(["ResNet-18"])
  const page = readMarkup(await text(report)).text
  expect(page).toContain("The mask of ResNet-34 of volume-0 cannot be read.")
  expect(page).toContain("Not shown, as the mask cannot be read: volume-0, ResNet-34: Dice 0.40.")
  await Effect.runPromise(study.files.write(path, mask))
  await write()
})

it("a reference that no variant is, is refused before anything is written", async () => {
  await expect(write({ reference: "nobody" })).rejects.toThrow("no variant is called nobody")
})
