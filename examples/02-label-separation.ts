// The paper's Figure 5: one CT slice, its label, and what a network is asked for: liver and tumour, liver only, tumour only.
//
//   node examples/02-label-separation.ts [FOLDER in LiTS or Decathlon layout] [--output FILE.png]
import { writePng } from "hepaflow/formats"
import { Files, iterate, run } from "hepaflow/node"
import { gray, montage, squarePixels } from "hepaflow/report"
import { load, maskOf, slice, window, writePhantomCohort } from "hepaflow/stages"
import { LABEL, type Slice, type Target } from "hepaflow/volume"
import { commandLine } from "./support/commandLine.ts"
import { checkOutput, present } from "./support/options.ts"

const { positionals, values } = commandLine(
  { output: { type: "string", default: "runs/label-separation/figure5.png" } },
  1
)
present(...positionals)
await checkOutput(values.output, ".png")
const folder =
  positionals[0] ?? (await run(writePhantomCohort("runs/phantom-small", { cases: 3, shape: [192, 192, 40] }))).directory

// The slice of each patient that shows most tumour.
const tumorPixels = ({ labels }: Slice) =>
  labels?.reduce((count, label) => count + Number(label === LABEL.tumor), 0) ?? 0
const best = new Map<string, Slice>()
const withTumor = load(folder, { limit: 3 }).pipe(window(), slice({ size: [256, 256], keep: "tumor" }))
for await (const each of iterate(withTumor)) {
  const sofar = best.get(each.caseId)
  if (sofar === undefined || tumorPixels(each) > tumorPixels(sofar)) best.set(each.caseId, each)
}

const columns = (each: Slice) => {
  const labels = each.labels ?? new Uint8Array(each.pixels.length)
  const mask = (target: Target) => gray({ ...each, pixels: maskOf(labels, target) })
  const label = gray({ ...each, pixels: Float32Array.from(labels, (value) => value / LABEL.tumor) })
  return [gray(each), label, mask("wholeLiver"), mask("liver"), mask("tumor")]
}
const figure = montage([...best.values()].map(squarePixels).flatMap(columns), { columns: 5, gap: 4 })

await run(Files.use((files) => files.write(values.output, writePng(figure), { overwrite: true })))

console.log("columns: CT, label, liver and tumour (label 1 or 2), liver only (1), tumour only (2)")
for (const each of best.values()) {
  console.log(`row: ${each.caseId}, axial slice ${each.origin.index}, ${tumorPixels(each)} pixels of tumour`)
}
console.log(`the figure is in ${values.output}`)
