import { ablationStudy, backboneStudy, comparisonStudy, reductionStudy, type StudyChoice } from "../study/studies.ts"
import type { Study } from "../study/study.ts"
import type { CohortSource } from "../surveyCohort.ts"
import { type PaperTable, PROPOSED, paperTables } from "./paper.ts"

/** A table of the paper, the study that answers it, and the figure that shows it. */
export interface PaperStudy {
  readonly table: PaperTable
  /** Of its report. */
  readonly title: string
  readonly study: (cohort: CohortSource, choice?: StudyChoice) => Study
  /** The proposed network, with which the others are compared. */
  readonly reference: string
  /** `name`: of its files. */
  readonly figure?: { readonly number: 6 | 7 | 8; readonly name: string; readonly title: string }
  /** A folder for what is written about it. */
  readonly folder: string
}

/** Tables 1 to 4 of the paper, and its Figures 6, 7 and 8. */
export const paperStudies = [
  {
    table: paperTables[0],
    title: "Table 1: depth of the backbone",
    study: backboneStudy,
    reference: PROPOSED[0],
    figure: { number: 6, name: "figure6", title: "Figure 6: tumours under ResNet-18 and ResNet-34" },
    folder: "table1-backbone"
  },
  {
    table: paperTables[1],
    title: "Table 2: without and with CPM and AFM",
    study: ablationStudy,
    reference: PROPOSED[1],
    figure: { number: 7, name: "figure7", title: "Figure 7: tumours without and with CPM and AFM" },
    folder: "table2-ablation"
  },
  {
    table: paperTables[2],
    title: "Table 3: reduction ratios (rc, rn)",
    study: reductionStudy,
    reference: PROPOSED[2],
    folder: "table3-reduction"
  },
  {
    table: paperTables[3],
    title: "Table 4: AGCAF-Net beside four others",
    study: comparisonStudy,
    reference: PROPOSED[3],
    figure: { number: 8, name: "figure8", title: "Figure 8: tumours under each of the networks compared" },
    folder: "table4-comparison"
  }
] as const satisfies ReadonlyArray<PaperStudy>
