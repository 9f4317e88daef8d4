import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as fc from "fast-check"
import { expect, it } from "vitest"
import { tensorsAlive } from "../../../src/backend/backend.ts"
import { datasetOf, eventsOf, runTrain, someFiles } from "../../support/trainRun.ts"
import { someSamples } from "../../support/trainSamples.ts"
import { twoLayers } from "../../support/twoLayers.ts"

it("no tensor outlives training, whatever ends it and when", async () => {
  const dataset = await datasetOf(someSamples())
  const options = {
    network: twoLayers(),
    epochs: 2,
    batchSize: 4,
    microBatchSize: 2,
    validation: dataset,
    directory: "run"
  }
  const files = await someFiles()
  await runTrain(dataset, options, files)
  const before = tensorsAlive()
  await fc.assert(
    fc.asyncProperty(
      fc.record({ take: fc.integer({ min: 1, max: 14 }), after: fc.integer({ min: 0, max: 40 }), fails: fc.boolean() }),
      async ({ take, after, fails }) => {
        const rate = fails ? () => () => Number.NaN : undefined
        const run = eventsOf(dataset, { ...options, ...(rate && { schedule: rate }) }, await someFiles(), take)
        const interrupted = Effect.gen(function* () {
          const fiber = yield* Effect.forkChild(Effect.exit(run))
          yield* Effect.sleep(after)
          yield* Fiber.interrupt(fiber)
        })
        await Effect.runPromise(Effect.provide(interrupted, Logger.layer([])))
        expect(tensorsAlive()).toBe(before)
      }
    ),
    { numRuns: 40 }
  )
})
