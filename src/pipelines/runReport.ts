import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { writePng } from "../formats/png.ts"
import { dice } from "../metrics/overlap.ts"
import { mergeRocCounts, rocCurveOfCounts } from "../metrics/roc.ts"
import { rocChart } from "../report/charts/rocChart.ts"
import { sizeChart } from "../report/charts/sizeChart.ts"
import { trainingCurves } from "../report/charts/trainingCurves.ts"
import { aggregationInWords } from "../report/comparison.ts"
import type { Section } from "../report/html/block.ts"
import { htmlReport } from "../report/html/htmlReport.ts"
import { toCsv } from "../report/table.ts"
import { type FileError, Files, joinPath, replaceFile } from "../stages/files.ts"
import { scoreTables } from "../stages/scoreTables.ts"
import { historyTable } from "../stages/train/history.ts"
import { metricOf, metricsTable, typedCounts } from "./metricsOf.ts"
import type { ProtocolResult } from "./protocolResult.ts"
import type { CohortSource } from "./surveyCohort.ts"
import type { CasePictures, PicturesError } from "./testPictures.ts"
import { testPictures } from "./testPictures.ts"

export interface RunReportOptions {
  /** The directory of the run, whose masks were kept. */
  readonly directory: string
  /** What the cohort is, in words. Which of the cases are phantoms the page says whatever these are. */
  readonly data: string
  /** Default: the network's name. */
  readonly title?: string
}

/** What a report of a run writes in its directory. */
export const REPORT_FILES = {
  report: "report.html",
  curves: "curves.svg",
  cases: "cases.csv",
  metrics: "metrics.csv",
  overlays: "overlays"
} as const

/**
 * Shows a finished run: one self-contained page with figures, curves, tables and every test case to scroll through, and beside
 * it the curves as SVG, the scores as CSV and a picture of each test case. The same run gives the same bytes.
 *
 * @example
 * ```ts
 * const directory = "runs/first"
 * const keep = { masks: true }
 * const result = await run(trainAndScore("lits/", agcafProtocol, agcafNet(), { directory, keep }), { layer: wasm })
 * await run(writeRunReport(result, "lits/", { directory, data: "LiTS" })) // runs/first/report.html
 * ```
 */
export const writeRunReport: (
  result: ProtocolResult,
  source: CohortSource,
  options: RunReportOptions
) => Effect.Effect<string, PicturesError | FileError, Files> = Effect.fn("writeRunReport")(
  function* (result, source, options) {
    const { directory } = options
    const files = yield* Files
    const write = (name: string, content: string | Uint8Array) => replaceFile(joinPath(directory, name), content)
    const overlays = joinPath(directory, REPORT_FILES.overlays)
    yield* files.makeDirectory(overlays)
    const pictures = yield* Stream.runCollect(
      testPictures(result, source, { directory }).pipe(
        Stream.tap(({ caseId, panel }) => write(`${REPORT_FILES.overlays}/${caseId}.png`, writePng(panel)))
      )
    )
    yield* write(REPORT_FILES.curves, trainingCurves(result.history))
    yield* write(REPORT_FILES.cases, toCsv(tablesOf(result).cases))
    yield* write(REPORT_FILES.metrics, toCsv(metricsTable(result.metrics)))
    const path = joinPath(directory, REPORT_FILES.report)
    yield* write(REPORT_FILES.report, runReport(result, pictures, options))
    return path
  }
)

const tablesOf = ({ cases }: ProtocolResult) => scoreTables(cases.map(({ volume }) => volume))

/** The page of a run, from its result and the pictures of its test cases. */
export const runReport = (
  result: ProtocolResult,
  pictures: ReadonlyArray<CasePictures>,
  { data, title }: Pick<RunReportOptions, "data" | "title">
): string => {
  const { network, protocol, engine, split } = result
  const tested = `${split.test.length} test patients`
  const phantoms = pictures.filter(({ phantom }) => phantom).length
  return htmlReport({
    title: title ?? `${network.name} on ${data}`,
    subtitle: `${network.parameters.toLocaleString("en")} parameters, ${protocol.size.join(" x ")} pixels, target ${protocol.target}; ${split.train.length} patients to train on, ${split.validation.length} to validate, ${tested}`,
    sections: [
      summary(result, data, phantoms === 0 ? tested : `${tested}, ${phantoms} of them phantoms`),
      training(result),
      test(result, pictures),
      {
        title: "Test patients",
        blocks: [
          {
            kind: "viewer",
            stacks: pictures.map(({ stack }) => stack),
            caption: "Slices of the test patients, those with something marked first."
          }
        ]
      },
      settings(result)
    ],
    footer: `hepaflow ${result.version}, ${engine}. For research only; not for clinical use.`
  })
}

const summary = ({ metrics, protocol, leftOut }: ProtocolResult, data: string, tested: string): Section => {
  const figure = (label: string, choice: Parameters<typeof metricOf>[1], digits = 3) => {
    const found = metricOf(metrics, choice)
    const value = found === undefined || !Number.isFinite(found.value) ? "–" : found.value.toFixed(digits)
    return {
      label,
      value: found?.unit === "mm" ? `${value} mm` : value,
      note: `${choice.of}, ${aggregationInWords(choice.aggregation)}`
    }
  }
  return {
    title: "Result",
    blocks: [
      {
        kind: "notice",
        text: `Made on ${data}, with ${tested}. Whole patients were split, and all slices of the test patients were predicted.`
      },
      ...(leftOut.length === 0 ? [] : [{ kind: "notice", text: leftOutInWords(leftOut) } as const]),
      {
        kind: "figures",
        figures: [
          figure(`Dice of ${protocol.target}`, { of: "volumes", metric: "Dice", aggregation: "pooled" }),
          figure("Dice a patient", { of: "volumes", metric: "Dice", aggregation: "perCase" }),
          figure("Precision", { of: "volumes", metric: "precision", aggregation: "pooled" }),
          figure("Recall", { of: "volumes", metric: "recall", aggregation: "pooled" }),
          figure("ASD", { of: "volumes", metric: "ASD", aggregation: "perCase" }, 2)
        ]
      }
    ]
  }
}

const leftOutInWords = (leftOut: ProtocolResult["leftOut"]): string =>
  `Left out, as ${leftOut.length === 1 ? "it" : "they"} could not be used: ${leftOut.map(({ reason }) => reason).join("; ")}.`

const training = ({ history }: ProtocolResult): Section => ({
  title: "Training",
  blocks: [
    { kind: "charts", charts: [{ svg: trainingCurves(history, { width: 640 }), title: "Training curves" }] },
    { kind: "table", table: historyTable(history) }
  ]
})

const test = (result: ProtocolResult, pictures: ReadonlyArray<CasePictures>): Section => {
  const counts = result.cases.map(({ roc }) => typedCounts(roc))
  const points = result.cases.map(({ caseId, volume: { voxels } }) => ({
    milliliters:
      (pictures.find((each) => each.caseId === caseId)?.voxelMilliliters ?? Number.NaN) * (voxels.tp + voxels.fn),
    dice: dice(voxels)
  }))
  return {
    title: "Test",
    blocks: [
      {
        kind: "charts",
        charts: [
          ...(counts.length === 0
            ? []
            : [
                {
                  svg: rocChart([{ name: result.network.name, curve: rocCurveOfCounts(mergeRocCounts(counts)) }]),
                  title: "ROC curve",
                  caption: "ROC curve over all pixels of all slices, at 201 thresholds."
                }
              ]),
          {
            svg: sizeChart([{ name: result.network.name, points }]),
            title: "Dice against size",
            caption: "Dice of each test patient against the volume of what was to be found."
          }
        ]
      },
      { kind: "table", table: metricsTable(result.metrics) },
      { kind: "table", table: tablesOf(result).cases }
    ]
  }
}

const settings = ({ address, network, protocol, split }: ProtocolResult): Section => ({
  title: "Settings",
  blocks: [
    {
      kind: "prose",
      text: `Train: ${split.train.join(", ")}.\n\nValidation: ${split.validation.join(", ") || "none"}.\n\nTest: ${split.test.join(", ")}.`
    },
    {
      kind: "downloads",
      files: [
        {
          name: "settings.json",
          type: "application/json",
          content: `${JSON.stringify({ address, network, protocol, split }, null, 2)}\n`
        }
      ]
    }
  ]
})
