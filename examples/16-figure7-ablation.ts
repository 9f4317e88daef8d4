// Figure 7 of the paper: tumours of test patients without and with CPM and AFM.
//
//   npm run example -- 16-figure7-ablation [--data FOLDER] [--scale smoke|small|paper] [--seeds 1,2,3] [--output FOLDER]
//
// (A) is the CT, (B) the label, then comes what each variant marked. Who is shown is decided by the truth alone, and boxes are
// found by the program: dashed red where variants differ from each other, solid green where one errs. After 12-table2-ablation.ts
// nothing is left to compute.
import { run } from "hepaflow/node"
import { ablationStudy, paperStudies, writeStudyFigure } from "hepaflow/pipelines"
import { carryOut, reproduction } from "./support/reproduction.ts"

const [, { figure }] = paperStudies
const { directory, facts, provenance, scale, seeds, site, source } = await reproduction(figure.title)

const outcomes = await carryOut(ablationStudy(source, { scale, seeds }), directory)

const { page, picture } = await run(
  writeStudyFigure(site, { ...figure, outcomes, source, facts, provenance, directory }),
  { progress: true }
)
console.log(`\n${picture}  the panels\n${page}  the panels, and who is seen in them`)
