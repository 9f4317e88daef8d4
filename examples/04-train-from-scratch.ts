// Trains a narrow AGCAF-Net from nothing to find the liver, and scores it on patients that it has never seen.
//
//   node examples/04-train-from-scratch.ts [FOLDER in LiTS or Decathlon layout] [--epochs N] [--size PIXELS] [--output FOLDER]
//
// Without a folder it makes a small synthetic cohort. Run again after it was stopped, it goes on where it was.
import "./support/goesOn.ts"
import { wasm as engine } from "hepaflow/backend/wasm"
import { agcafNet } from "hepaflow/modules"
import { iterate, run } from "hepaflow/node"
import { toMarkdown } from "hepaflow/report"
import {
  cache,
  checkWritable,
  flip,
  labelSplit,
  load,
  loadBest,
  loadLast,
  logTo,
  type Model,
  saveModel,
  score,
  scoreTables,
  segment,
  slice,
  splitCases,
  subset,
  train,
  truthIn,
  WINDOWS,
  window,
  writePhantomCohort
} from "hepaflow/stages"
import { commandLine } from "./support/commandLine.ts"
import { present, whole } from "./support/options.ts"
import { checkSameRun, cohortOf, keepOptions } from "./support/sameRun.ts"

const { positionals, values } = commandLine(
  {
    epochs: { type: "string", default: "8" },
    size: { type: "string", default: "64" },
    output: { type: "string", default: "runs/from-scratch" }
  },
  1
)
const { output } = values
const epochs = whole("epochs", values.epochs)
const side = whole("size", values.size)
const size = [side, side] as const
const [batchSize, target] = [4, "wholeLiver"] as const
// What will not do is told before anything is made: a size, a folder, an engine.
const network = agcafNet({ width: 8 })
network.check([batchSize, ...size, 1])
present(...positionals)
const options = { FOLDER: cohortOf(positionals[0]), "--size": side }
checkSameRun(output, output, options)
await run(checkWritable(output), { layer: engine })
keepOptions(output, output, options)
const folder =
  positionals[0] ??
  (await run(writePhantomCohort("runs/phantom-tiny", { cases: 6, seed: 1, shape: [96, 96, 24] }))).directory

// Every slice that shows liver, made once and kept on disk.
const dataset = await run(
  load(folder).pipe(
    window(),
    slice({ size, keep: "liver" }),
    labelSplit(target),
    cache({ directory: `${output}/cache` })
  ),
  { progress: true }
)

// Patients are split, not slices.
const patients = dataset.cases.map(({ id, positives }) => ({ id, hasTumor: positives > 0 }))
const split = splitCases(patients, { seed: 1, ratios: [4, 1, 1] })

const events = train(subset(dataset, split.train), {
  network,
  epochs,
  batchSize,
  augmentation: [flip({ axis: "vertical" })],
  validation: subset(dataset, split.validation),
  directory: output
}).pipe(logTo(`${output}/log.jsonl`, { history: `${output}/history.csv` }))

for await (const event of iterate(events, { layer: engine, progress: true })) {
  if (event.kind === "epoch") console.log(`epoch ${event.epoch}: training loss ${event.loss.toFixed(3)}`)
  if (event.kind === "validation") console.log(`  validation Dice ${event.dicePooled.value.toFixed(3)}`)
}
const done = (await run(loadLast(output)))?.snapshot.position.epoch ?? epochs
if (done > epochs)
  console.log(
    `${output} holds a run of ${done} epochs, and all of them count; for ${epochs}, give another --output FOLDER`
  )

// The best of all epochs, with what prepares a CT for it, is one folder from now on.
const { params } = await run(loadBest(output))
const model: Model = {
  network,
  params,
  preprocessing: { window: WINDOWS.lits, size, target, postprocess: [{ kind: "keepLargest" }] },
  training: { epochs: done, cases: split.train }
}
await run(saveModel(`${output}/model`, model, { overwrite: true }))

const scores = await run(load(folder, { cases: split.test }).pipe(segment(model), score(truthIn(folder), { target })), {
  layer: engine
})
console.log(`\n${toMarkdown(scoreTables(scores).cases)}`)
console.log(`${output}/model is the trained network, ${output}/history.csv its epochs`)
