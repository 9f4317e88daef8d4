import * as Stream from "effect/Stream"
import { cpu } from "../../src/backend/engines/cpu.ts"
import { iterate, run } from "../../src/node/run.ts"
import { cache, flip, logTo, train } from "../../src/stages/index.ts"
import { someSamples } from "./trainSamples.ts"
import { twoLayers } from "./twoLayers.ts"

// A program for tests to kill: trains in the directory, saving as often, as it is told, and says so after each step.
const [, , directory, saveEvery] = process.argv

const dataset = await run(Stream.fromIterable(someSamples()).pipe(cache()))
const events = train(dataset, {
  network: twoLayers(),
  epochs: 3,
  batchSize: 2,
  directory,
  saveEvery: Number(saveEvery),
  validation: dataset,
  augmentation: [flip({ axis: "horizontal" })]
}).pipe(logTo(`${directory}/log.jsonl`))
for await (const { kind } of iterate(events, { layer: cpu })) process.stdout.write(`${kind}\n`)
