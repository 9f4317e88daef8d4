import type { Block, Section } from "../../report/html/block.ts"
import { htmlReport } from "../../report/html/htmlReport.ts"
import type { SliceStack } from "../../report/pictures/sliceStack.ts"
import { variantsOf } from "../study/patientMeans.ts"
import { type CellFailed, doneOf } from "../study/runStudy.ts"
import { cellInWords } from "../study/study.ts"
import { dataInWords, inWords, noticeOf } from "./provenance.ts"
import type { StudyChart } from "./studyCharts.ts"
import { type ComparedStudy, type StudyContents, studyContents } from "./studyContents.ts"
import type { StudyFigure } from "./studyFigure.ts"
import { settingsInWords } from "./studySettings.ts"
import { patientsInWords, seedsInWords, some } from "./studyWords.ts"

/** A study that has come to its end, and what its report is to show. */
export interface StudyReport extends ComparedStudy {
  /** Panels of chosen patients. */
  readonly figure?: StudyFigure
  /** Slices of test patients, to scroll through. */
  readonly viewer?: {
    readonly stacks: ReadonlyArray<SliceStack>
    readonly patients: number
    /** What cannot be shown because its mask cannot be read, by its name. */
    readonly unread?: ReadonlyArray<string>
  }
}

/**
 * One page about a study that needs nothing beside it: on what it was made; its numbers beside the paper's; whether variants
 * differ; panels, charts and slices of the test patients; trainings; every cell, those that failed in their place; all settings
 * and files. The same study gives the same bytes. A page of 131 test patients stays below 10 MB.
 *
 * @example
 * ```ts
 * const html = studyReport({ title: "Ablation", outcomes, facts, provenance, table: paperTables[1] })
 * ```
 */
export const studyReport = (study: StudyReport): string => studyPage(study, studyContents(study))

/** The page, of what was computed before. */
export const studyPage = (study: StudyReport, contents: StudyContents): string => {
  const { title, outcomes, provenance } = study
  const { tables } = contents
  const variants = some(variantsOf(outcomes).length, "variant")
  return htmlReport({
    title,
    subtitle: `${capital(inWords(provenance))}. ${variants}, ${seedsInWords(outcomes)}, ${patientsInWords(outcomes)}.`,
    sections: [
      { title: "Result", blocks: resultBlocks(study, tables) },
      ...figureSections(study),
      { title: "Test patients", blocks: [chartsOf(contents.tests), ...tableBlocks(tables, "patients")] },
      ...viewerSections(study),
      ...(contents.trainings.length === 0 ? [] : [{ title: "Training", blocks: [chartsOf(contents.trainings)] }]),
      { title: "Cells", blocks: tableBlocks(tables, "cells") },
      {
        title: "Settings and files",
        blocks: [
          { kind: "prose", text: settingsInWords(study) },
          ...tableBlocks(tables, "protocol", "networks"),
          { kind: "downloads", files: contents.record }
        ]
      }
    ],
    footer: "For research only; not for clinical use."
  })
}

type StudyTables = StudyContents["tables"]

/** Those of the tables that have a row; their files have the names that they have beside the page. */
const tableBlocks = (tables: StudyTables, ...names: ReadonlyArray<keyof StudyTables>): ReadonlyArray<Block> =>
  names.flatMap((name) => {
    const table = tables[name]
    return table === undefined || table.rows.length === 0 ? [] : [{ kind: "table", name, table } as const]
  })

const resultBlocks = (report: StudyReport, tables: StudyTables): ReadonlyArray<Block> => {
  const { outcomes, provenance } = report
  const failed = outcomes.filter((outcome) => outcome.kind === "failed")
  return [
    notice(noticeOf(provenance, outcomes)),
    ...(failed.length === 0 ? [] : [notice(failedInWords(failed, outcomes.length))]),
    ...keyFigures(report, tables),
    ...tableBlocks(tables, "table", "variants", "tests")
  ]
}

const failedInWords = (failed: ReadonlyArray<CellFailed>, of: number): string =>
  `${failed.length} of ${of} cells failed and ${failed.length === 1 ? "has" : "have"} no part in any number: ` +
  `${failed.map(({ cell, error }) => `${cellInWords(cell)} (${error.message})`).join("; ")}. Running the study ` +
  "again tries them again."

const notice = (text: string): Block => ({ kind: "notice", text })

/** Dice of each variant, large. */
const keyFigures = ({ outcomes, provenance, table }: StudyReport, { variants }: StudyTables): ReadonlyArray<Block> => {
  const at = table?.columns.findIndex((column) => column.name === "Dice") ?? -1
  const ours = `${testedOf(outcomes)} tested of ${dataInWords(provenance)}`
  const figures = variants.rows.flatMap(({ variant, n, dicePooled, dicePooledDeviation = Number.NaN }) => {
    if (dicePooled === undefined || !Number.isFinite(dicePooled)) return []
    const paper = table?.rows.find((row) => row.variant === variant)?.values[at]
    const seeds = n === undefined ? "seeds" : `${n} seeds`
    const spread = Number.isFinite(dicePooledDeviation)
      ? `± ${dicePooledDeviation.toFixed(3)} over ${seeds}; `
      : n === undefined
        ? ""
        : `${seeds}; `
    const note = `${spread}Dice, pooled, ${ours}${paper === undefined ? "" : `; paper, LiTS: ${paper}`}`
    return [{ label: variant, value: dicePooled.toFixed(3), note }]
  })
  return figures.length === 0 ? [] : [{ kind: "figures", figures }]
}

/** How many patients were tested in all. */
const testedOf = (outcomes: StudyReport["outcomes"]): number =>
  new Set(doneOf(outcomes).flatMap(({ result }) => result.cases.map(({ caseId }) => caseId))).size

const figureSections = ({ figure }: StudyReport): ReadonlyArray<Section> =>
  figure === undefined
    ? []
    : [{ title: "Patients", blocks: [{ kind: "picture", picture: figure.picture, caption: figure.caption }] }]

const chartsOf = (charts: ReadonlyArray<StudyChart>): Block => ({
  kind: "charts",
  charts: charts.map(({ name, caption, svg }) => ({ title: name, caption, svg }))
})

const viewerSections = ({ outcomes, viewer, provenance }: StudyReport): ReadonlyArray<Section> => {
  if (viewer === undefined) return []
  const { unread = [] } = viewer
  const lost = unread.length === 0 ? "" : `Not shown, as the mask cannot be read: ${unread.join("; ")}.`
  if (viewer.stacks.length === 0) {
    return lost === "" ? [] : [{ title: "Slices", blocks: [{ kind: "prose", text: lost }] }]
  }
  const tested = testedOf(outcomes)
  const who =
    viewer.patients < tested
      ? `${viewer.patients} of the ${tested} test patients, evenly spread from the one found worst to the one found best`
      : "The test patients"
  const caption = `${who}; of each, slices on which something is marked. ${lost}${lost && " "}Made on ${inWords(provenance)}.`
  return [{ title: "Slices", blocks: [{ kind: "viewer", stacks: viewer.stacks, caption }] }]
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
