// Figure 8 of the paper: a small, a large and a scattered tumour under U-Net, Trans U-Net, Attention U-Net, Dense U-Net, AGCAF-Net.
//
//   npm run example -- 17-figure8-comparison [--data FOLDER] [--scale smoke|small|paper] [--seeds 1,2,3] [--output FOLDER]
//
// (A) is the CT, (B) the label, then comes what each variant marked. Who is shown is decided by the truth alone, and boxes are
// found by the program: dashed red where variants differ from each other, solid green where one errs. After 14-table4-comparison.ts
// nothing is left to compute.
import { run } from "hepaflow/node"
import { comparisonStudy, paperStudies, writeStudyFigure } from "hepaflow/pipelines"
import { carryOut, reproduction } from "./support/reproduction.ts"

const [, , , { figure }] = paperStudies
const { directory, facts, provenance, scale, seeds, site, source } = await reproduction(figure.title)

const outcomes = await carryOut(comparisonStudy(source, { scale, seeds }), directory)

const { page, picture } = await run(
  writeStudyFigure(site, { ...figure, outcomes, source, facts, provenance, directory }),
  { progress: true }
)
console.log(`\n${picture}  the panels\n${page}  the panels, and who is seen in them`)
