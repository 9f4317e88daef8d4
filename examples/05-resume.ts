// Stops a training run in the middle, goes on, and shows that the result is that of a run which was never stopped, to the bit.
//
//   node examples/05-resume.ts [--epochs N] [--stop STEPS] [--output FOLDER]
import { readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { wasm as engine } from "hepaflow/backend/wasm"
import { uNet } from "hepaflow/modules"
import { iterate, run } from "hepaflow/node"
import {
  cache,
  checkWritable,
  type Dataset,
  elastic,
  flip,
  labelSplit,
  load,
  logTo,
  readLog,
  slice,
  train,
  window,
  writePhantomCohort
} from "hepaflow/stages"
import { commandLine } from "./support/commandLine.ts"
import { whole } from "./support/options.ts"

const { values } = commandLine({
  epochs: { type: "string", default: "3" },
  stop: { type: "string", default: "13" },
  output: { type: "string", default: "runs/resume" }
})
const { output } = values
const epochs = whole("epochs", values.epochs)
const stop = whole("stop", values.stop)
const [unbroken, broken] = [join(output, "unbroken"), join(output, "broken")]
// A folder that cannot be written, or an engine that does not start, is told before anything is made.
await run(checkWritable(output), { layer: engine })
for (const folder of [unbroken, broken]) rmSync(folder, { recursive: true, force: true })

const cohort = await run(writePhantomCohort("runs/phantom-tiny", { cases: 6, seed: 1, shape: [96, 96, 24] }))
const dataset: Dataset = await run(
  load(cohort.directory, { limit: 3 }).pipe(
    window(),
    slice({ size: [32, 32], keep: "liver" }),
    labelSplit("wholeLiver"),
    cache()
  )
)

/** The same run, whichever folder it is kept in: order, augmentation and all else follow from the seed. */
const training = (folder: string) =>
  train(dataset, {
    network: uNet({ width: 4 }),
    epochs,
    batchSize: 4,
    seed: 7,
    augmentation: [flip({ axis: "vertical" }), elastic()],
    validation: dataset,
    directory: folder
  }).pipe(logTo(join(folder, "log.jsonl")))

await run(training(unbroken), { layer: engine, progress: true })

// Leaving the loop stops the run, as Ctrl-C would: what was reached is saved.
let last = 0
for await (const event of iterate(training(broken), { layer: engine })) {
  if (event.kind !== "step") continue
  last = event.step
  if (last === stop) break
}
console.log(`stopped after step ${last}`)

// Kill this process here, at any moment, and the next line does the same.
for await (const event of iterate(training(broken), { layer: engine })) {
  if (event.kind === "step" && event.step === last + 1) console.log(`goes on with step ${event.step}`)
  if (event.kind === "validation") console.log(`epoch ${event.epoch}: Dice ${event.dicePooled.value.toFixed(4)}`)
}

for (const name of readdirSync(unbroken).filter((file) => file.endsWith(".safetensors"))) {
  // Of the older checkpoints a broken run has others.
  const [a, b] = [unbroken, broken].map((folder) => {
    const there = readdirSync(folder).includes(name)
    return there ? readFileSync(join(folder, name)) : undefined
  })
  if (a && b) console.log(`${name}: ${a.length} bytes, ${a.equals(b) ? "all the same" : "NOT the same"}`)
}

const steps = (await run(readLog(join(broken, "log.jsonl")))).filter(({ kind }) => kind === "step")
console.log(`the log of the broken run has ${steps.length} steps, each once`)
