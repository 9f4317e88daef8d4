import type { MetricChoice } from "../metricsOf.ts"

/** A column of one of the paper's tables, and under which of our names it may be meant: the paper does not say how it aggregates. */
export interface PaperColumn {
  readonly name: "Precision" | "Recall" | "Sensitivity" | "Dice" | "AUC" | "Fmeasure" | "ASD"
  /** The most likely first. */
  readonly ours: ReadonlyArray<MetricChoice>
}

/** A table of the paper, rows and columns in its order. Rows go by the names of the variants in the ready-made study. */
export interface PaperTable {
  readonly number: 1 | 2 | 3 | 4
  readonly title: string
  readonly columns: ReadonlyArray<PaperColumn>
  readonly rows: ReadonlyArray<{ readonly variant: string; readonly values: ReadonlyArray<number> }>
}

const aggregated = (metric: MetricChoice["metric"]): ReadonlyArray<MetricChoice> =>
  (["pooled", "perCase", "perSlice"] as const).map((aggregation) => ({ of: "images", metric, aggregation }))

const column = (name: PaperColumn["name"], metric: MetricChoice["metric"]): PaperColumn => ({
  name,
  ours: aggregated(metric)
})

const DICE = column("Dice", "Dice")
/** On pooled counts it would be the Dice column, so that comes last. */
const FMEASURE: PaperColumn = { name: "Fmeasure", ours: [...aggregated("F").slice(1), ...aggregated("F").slice(0, 1)] }
const AUC: PaperColumn = { name: "AUC", ours: aggregated("AUC").slice(0, 2) }
/** In pixels or in mm: the paper has no unit. */
const ASD: PaperColumn = {
  name: "ASD",
  ours: [...aggregated("ASD"), { of: "volumes", metric: "ASD", aggregation: "perCase" }]
}

/**
 * The figures of the paper's Tables 1 to 4, on LiTS.
 *
 * Source: Wang et al., Quant Imaging Med Surg 2024;14(7):4825-4839, doi 10.21037/qims-23-1747.
 */
export const paperTables = [
  {
    number: 1,
    title: "Operational results of ResNet-18 and ResNet-34",
    columns: [column("Precision", "precision"), column("Recall", "recall"), DICE, AUC],
    rows: [
      { variant: "ResNet-18", values: [0.858, 0.826, 0.841, 0.941] },
      { variant: "ResNet-34", values: [0.878, 0.784, 0.828, 0.921] }
    ]
  },
  {
    number: 2,
    title: "Results of the ablation experiment among the different models",
    columns: [FMEASURE, DICE],
    rows: [
      { variant: "ResNet-18", values: [0.7463, 0.825] },
      { variant: "ResNet-18 + CPM", values: [0.7564, 0.832] },
      { variant: "ResNet-18 + AFM", values: [0.7528, 0.827] },
      { variant: "ResNet-18 + CPM + AFM", values: [0.7876, 0.841] }
    ]
  },
  {
    number: 3,
    title: "Accuracy of the different dimensionality reduction ratios",
    columns: [FMEASURE, DICE],
    rows: [
      { variant: "(4, 16)", values: [0.6203, 0.827] },
      { variant: "(8, 8)", values: [0.6207, 0.829] },
      { variant: "(16, 4)", values: [0.6497, 0.841] },
      { variant: "(8, 16)", values: [0.6375, 0.84] },
      { variant: "(16, 8)", values: [0.6198, 0.818] }
    ]
  },
  {
    number: 4,
    title: "Comparison of liver tumor segmentation performance on the LiTS dataset of the different models",
    columns: [DICE, column("Sensitivity", "recall"), ASD],
    rows: [
      { variant: "U-Net", values: [0.643, 0.897, 7.06] },
      { variant: "Trans U-Net", values: [0.701, 0.901, 6.52] },
      { variant: "Attention U-Net", values: [0.691, 0.903, 5.84] },
      { variant: "Dense U-Net", values: [0.727, 0.914, 3.64] },
      { variant: "AGCAF-Net", values: [0.841, 0.917, 3.52] }
    ]
  }
] as const satisfies ReadonlyArray<PaperTable>

/** AGCAF-Net's row in each table: the same network and data, by the paper's text. */
export const PROPOSED = ["ResNet-18", "ResNet-18 + CPM + AFM", "(16, 4)", "AGCAF-Net"] as const

/**
 * A figure of the paper; nothing where the table has none of this name.
 *
 * @example
 * ```ts
 * paperValue(1, "ResNet-18", "Dice") // => 0.841
 * ```
 */
export const paperValue = (
  table: PaperTable["number"],
  variant: string,
  name: PaperColumn["name"],
  tables: ReadonlyArray<PaperTable> = paperTables
): number | undefined => {
  const found = tables.find(({ number }) => number === table)
  const at = found?.columns.findIndex((each) => each.name === name) ?? -1
  return found?.rows.find((row) => row.variant === variant)?.values[at]
}
