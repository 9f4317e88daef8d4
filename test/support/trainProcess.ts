import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { cpu } from "../../src/backend/engines/cpu.ts"
import { layerFiles } from "../../src/node/files.ts"
import { cache, flip, logTo, train } from "../../src/stages/index.ts"
import { someSamples } from "./trainSamples.ts"
import { twoLayers } from "./twoLayers.ts"

// A program for tests to kill: trains in the directory that it is given and says so after each step.
const [, , directory] = process.argv

const dataset = await Effect.runPromise(Stream.fromIterable(someSamples()).pipe(cache()))
const events = train(dataset, {
  network: twoLayers(),
  epochs: 3,
  batchSize: 2,
  directory,
  saveEvery: 1,
  validation: dataset,
  augmentation: [flip({ axis: "horizontal" })]
}).pipe(logTo(`${directory}/log.jsonl`))
const told = Stream.runForEach(events, (event) => Effect.sync(() => process.stdout.write(`${event.kind}\n`)))
const fiber = Effect.runFork(told.pipe(Effect.provide(cpu), Effect.provide(layerFiles)))
process.on("SIGINT", () => fiber.interruptUnsafe())
