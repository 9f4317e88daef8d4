import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { cpu } from "../../src/backend/engines/cpu.ts"
import type { Dataset } from "../../src/stages/cache/dataset.ts"
import { cache } from "../../src/stages/cache/index.ts"
import { Files } from "../../src/stages/files.ts"
import type { TrainEvent, TrainOptions } from "../../src/stages/train/index.ts"
import { train } from "../../src/stages/train/index.ts"
import type { Sample } from "../../src/volume/index.ts"

export const datasetOf = (samples: ReadonlyArray<Sample>): Promise<Dataset> =>
  Effect.runPromise(Stream.fromIterable(samples).pipe(cache()))

/** A file system in memory that outlives a run. */
export const someFiles = (): Promise<Files["Service"]> =>
  Effect.runPromise(
    Effect.provide(
      Effect.map(Files, (files) => files),
      Files.layerMemory(),
      { local: true }
    )
  )

export const eventsOf = (dataset: Dataset, options: TrainOptions, files: Files["Service"], most = 1e9) =>
  train(dataset, options).pipe(
    Stream.take(most),
    Stream.runCollect,
    Effect.provide(cpu),
    Effect.provideService(Files, files)
  )

export const runTrain = (
  dataset: Dataset,
  options: TrainOptions,
  files: Files["Service"],
  most?: number
): Promise<ReadonlyArray<TrainEvent>> => Effect.runPromise(eventsOf(dataset, options, files, most))

/** The bytes of every file in a directory. */
export const bytesIn = (directory: string, files: Files["Service"]): Promise<ReadonlyMap<string, Uint8Array>> =>
  Effect.runPromise(
    Effect.gen(function* () {
      const found = new Map<string, Uint8Array>()
      for (const name of [...(yield* files.list(directory))].sort()) {
        found.set(name, yield* files.read(`${directory}/${name}`))
      }
      return found
    })
  )
