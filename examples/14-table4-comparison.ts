// Table 4 of the paper: AGCAF-Net beside U-Net, Trans U-Net, Attention U-Net and Dense U-Net by Dice, sensitivity and ASD.
//
//   npm run example -- 14-table4-comparison [--data FOLDER] [--scale smoke|small|paper] [--seeds 1,2,3] [--output FOLDER]
//
// Without a folder it makes phantoms of the scale. Stopped, it goes on where it was; what another example has computed in
// the same output folder is not computed again.
import { run } from "hepaflow/node"
import { besidePaper, comparisonStudy, inWords, paperStudies, testsTable, writeStudyReport } from "hepaflow/pipelines"
import { toMarkdown } from "hepaflow/report"
import { carryOut, reproduction } from "./support/reproduction.ts"

const [, , , { folder, reference, table, title }] = paperStudies
const { directory, facts, provenance, scale, seeds, site, source } = await reproduction(title)

// Every variant is trained under every seed, on the same patients, and tested on the same others.
const outcomes = await carryOut(comparisonStudy(source, { scale, seeds }), directory)

// The paper's figures beside ours, and whether ours differ by more than chance.
console.log(`\n${toMarkdown(besidePaper(table, outcomes, { data: inWords(provenance) }))}`)
console.log(toMarkdown(testsTable(outcomes, { reference })))

const { files, report } = await run(
  writeStudyReport(`${site}/${folder}`, { title, outcomes, facts, provenance, table, reference, source, directory }),
  { progress: true }
)
console.log(`${report} shows it all, with ${files.length - 1} tables, charts and pictures beside it`)
