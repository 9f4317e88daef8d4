// Every table and figure of the paper in one site: Tables 1 to 4, Figures 6, 7 and 8.
//
//   npm run reproduce -- [--data FOLDER] [--scale smoke|small|paper] [--seeds 1,2,3] [--output FOLDER]
//
// Without a folder it makes phantoms of the scale: smoke takes minutes and shows that everything runs, small takes an evening,
// paper has the paper's sizes. Stopped, it goes on where it was.
import * as Effect from "effect/Effect"
import { run } from "hepaflow/node"
import {
  besidePaper,
  inWords,
  paperStudies,
  type SiteStudy,
  studySite,
  writeStudyFigure,
  writeStudyReport
} from "hepaflow/pipelines"
import { toMarkdown } from "hepaflow/report"
import { replaceFile } from "hepaflow/stages"
import { carryOut, reproduction } from "./support/reproduction.ts"

const { directory, facts, provenance, scale, seeds, site, source } = await reproduction(
  "Every table and figure of the paper in one site"
)

const studies: Array<SiteStudy> = []
for (const { folder, reference, study, table, title, ...rest } of paperStudies) {
  // Studies share cells: the proposed network is in all four, and is trained once a seed.
  const outcomes = await carryOut(study(source, { scale, seeds }), directory)
  console.log(`\n${toMarkdown(besidePaper(table, outcomes, { data: inWords(provenance) }))}`)

  const common = { outcomes, facts, provenance, source, directory }
  await run(writeStudyReport(`${site}/${folder}`, { ...common, title, table, reference }), { progress: true })

  // A figure that cannot be drawn is left out; the first page says why.
  const figure =
    "figure" in rest
      ? await run(
          writeStudyFigure(site, { ...common, ...rest.figure }).pipe(
            Effect.as({ title: rest.figure.title, page: `${rest.figure.name}.html` }),
            Effect.catchTag("StudyError", ({ reason }) => Effect.succeed({ title: rest.figure.title, missing: reason }))
          )
        )
      : undefined

  // The first page grows with every study, so that a site that was stopped shows what it has.
  studies.push({ table, outcomes, report: `${folder}/report.html`, ...(figure && { figure }) })
  const page = studySite({
    title: "AGCAF-Net: the paper's tables and figures",
    provenance,
    studies
  })
  await run(replaceFile(`${site}/index.html`, page))
}
console.log(`${site}/index.html  all of it`)
