import { meanRocCurve } from "../../metrics/meanRocCurve.ts"
import { dice } from "../../metrics/overlap.ts"
import { mergeRocCounts, rocCurveOfCounts } from "../../metrics/roc.ts"
import { boxPlots } from "../../report/charts/boxPlots.ts"
import { histogram } from "../../report/charts/histogram.ts"
import { type RocSeries, rocChart } from "../../report/charts/rocChart.ts"
import { sizeChart } from "../../report/charts/sizeChart.ts"
import { trainingCurves } from "../../report/charts/trainingCurves.ts"
import { type MetricChoice, typedCounts } from "../metricsOf.ts"
import { patientMeans, variantsOf } from "../study/patientMeans.ts"
import { repetitionsOf } from "../study/repetitions.ts"
import { doneOf, type Outcome } from "../study/runStudy.ts"
import { cellInWords } from "../study/study.ts"
import { summarize, type VariantSummary } from "../study/summarize.ts"
import type { CohortFacts } from "../surveyCohort.ts"
import { shownTests } from "./shownTests.ts"
import { overSeeds } from "./studyWords.ts"

/** A chart as SVG that stands alone, with what a reader must know of it. */
export interface StudyChart {
  /** Of its file. */
  readonly name: string
  readonly title: string
  readonly caption: string
  readonly svg: string
}

/**
 * The test of a study in charts: Dice of each patient, ROC curves, Dice against the size of the tumour, surface distances. A
 * variant has one colour in all of them, also where others failed.
 *
 * @param on the data and scale, for those who see a chart alone
 */
export const testCharts = (
  outcomes: ReadonlyArray<Outcome>,
  { cases }: Pick<CohortFacts, "cases">,
  on: string
): ReadonlyArray<StudyChart> => {
  const means = overSeeds(outcomes)
  const dices = patientMeans(outcomes, ({ volume }) => dice(volume.voxels))
  const distances = patientMeans(outcomes, ({ volume }) => volume.distances?.assd ?? Number.NaN)
  const groups = (of: typeof dices) => [...of].map(([name, values]) => ({ name, values: [...values.values()] }))
  const milliliters = new Map(
    cases.map(({ id, spacingTrusted, tumor }) => [id, spacingTrusted ? tumor.volume / 1000 : Number.NaN])
  )
  const chart = (name: string, title: string, caption: string, draw: (title: string) => string): StudyChart => ({
    name,
    title,
    caption: `${title}: ${caption}`,
    svg: draw(`${title}: ${on}`)
  })
  return [
    chart(
      "dice",
      "Dice per patient",
      `in voxels, ${means}. Median, quartiles, and whiskers to the last values within 1.5 interquartile ranges.`,
      (title) => boxPlots(groups(dices), { label: "Dice", domain: [0, 1], title, width: 460 })
    ),
    chart(
      "roc",
      "ROC curves",
      `all pixels of all test images at 201 thresholds, ${means}: at each false positive rate the mean of the true ones. AUC is that ` +
        "of the table of variants.",
      (title) => rocChart(rocSeries(outcomes), { title })
    ),
    chart(
      "size",
      "Dice against tumour size",
      `a marker a patient, ${means}; all of a patient's tumour together.`,
      (title) =>
        sizeChart(
          [...dices].map(([name, values]) => ({
            name,
            points: [...values].map(([id, value]) => ({ milliliters: milliliters.get(id) ?? Number.NaN, dice: value }))
          })),
          { title }
        )
    ),
    chart(
      "asd",
      "Average surface distance",
      `of volumes, ${means}; patients where truth or prediction is empty have none.`,
      (title) => histogram(groups(distances), { label: "ASD (mm)", counted: "Patients", title })
    )
  ]
}

/** The training of each variant that has results, as of the test that is shown, or where it has none under that seed of its first. */
export const trainingCharts = (outcomes: ReadonlyArray<Outcome>, on: string): ReadonlyArray<StudyChart> => {
  const { tests } = shownTests(outcomes)
  return variantsOf(outcomes).flatMap((variant, i) => {
    const first = tests.get(variant)?.[0] ?? doneOf(outcomes).find(({ cell }) => cell.variant === variant)
    if (first === undefined) return []
    const title = `Training of ${variant}`
    const caption = `Training of ${cellInWords(first.cell)}.`
    const svg = trainingCurves(first.result.history, { title: `${title}: ${on}` })
    return [{ name: `training ${i + 1} ${variant}`, title, caption, svg }]
  })
}

/** A curve of each variant: the mean of its seeds' curves, with the mean of their areas, as tables have it. */
const rocSeries = (outcomes: ReadonlyArray<Outcome>): ReadonlyArray<RocSeries> => {
  const areas = summarize(outcomes).filter((row) => isSame(row, AUC))
  return [...repetitionsOf(outcomes)].map(([name, seeds]) => {
    const curves = seeds.flatMap((cells) => {
      const counts = cells?.flatMap(({ result }) => result.cases.map(({ roc }) => typedCounts(roc))) ?? []
      return counts.length === 0 ? [] : [rocCurveOfCounts(mergeRocCounts(counts))]
    })
    return { name, curve: meanRocCurve(curves), auc: areas.find(({ variant }) => variant === name)?.mean ?? Number.NaN }
  })
}

const AUC = { of: "images", metric: "AUC", aggregation: "pooled" } as const satisfies MetricChoice

const isSame = (row: VariantSummary, { of, metric, aggregation }: MetricChoice): boolean =>
  row.of === of && row.metric === metric && row.aggregation === aggregation
