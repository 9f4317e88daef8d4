import * as Effect from "effect/Effect"
import { beforeAll, beforeEach, describe, expect, it } from "vitest"
import { constant } from "../../../src/optim/schedule.ts"
import type { Dataset } from "../../../src/stages/cache/dataset.ts"
import { Files } from "../../../src/stages/files.ts"
import { type Notice, Notices } from "../../../src/stages/notices.ts"
import { loadBest, loadLast, type TrainOptions } from "../../../src/stages/train/index.ts"
import { bytesIn, datasetOf, eventsOf, runTrain, someFiles } from "../../support/trainRun.ts"
import { someSamples } from "../../support/trainSamples.ts"
import { twoLayers } from "../../support/twoLayers.ts"

const BEST = "run/best.safetensors"

let dataset: Dataset
let validation: Dataset
beforeAll(async () => {
  dataset = await datasetOf(someSamples())
  validation = await datasetOf(someSamples("other", 5))
})

let files: Files["Service"]
beforeEach(async () => {
  files = await someFiles()
})

const options = (more: Partial<TrainOptions> = {}): TrainOptions => ({
  network: twoLayers({ norm: false }),
  epochs: 1,
  batchSize: 4,
  // Nothing is learned, so that no epoch is better than the first.
  schedule: () => constant(0),
  monitor: "loss",
  validation,
  directory: "run",
  ...more
})

const onFiles = <A, E>(effect: Effect.Effect<A, E, Files>) =>
  Effect.runPromise(Effect.provideService(effect, Files, files))

/** What a run that goes on tells of its best checkpoint. */
const noticesOf = async (more: Partial<TrainOptions>): Promise<ReadonlyArray<Notice>> => {
  const notices: Array<Notice> = []
  const report = (notice: Notice) => Effect.sync(() => notices.push(notice))
  await Effect.runPromise(Effect.provideService(eventsOf(dataset, options(more), files), Notices, report))
  return notices
}

const write = (bytes: Uint8Array) => Effect.runPromise(files.write(BEST, bytes, { overwrite: true }))

const losses: ReadonlyArray<[string, (best: Uint8Array) => Promise<unknown>, RegExp]> = [
  [
    "missing",
    () => Effect.runPromise(files.remove(BEST)),
    /it is not there: .*; check the path, put it back, or train/
  ],
  [
    "damaged",
    (best) => write(best.slice(0, 1000)),
    /; put a whole one in its place, or start anew in another directory$/
  ],
  [
    "of another run",
    () => anotherBest().then(write),
    /: it is not of epoch 1, the best of this run; choose another dir/
  ]
]

/** The best checkpoint of a run of another seed. */
const anotherBest = async (): Promise<Uint8Array> => {
  const others = await someFiles()
  await runTrain(dataset, options({ seed: 5 }), others)
  return Effect.runPromise(others.read(BEST))
}

describe.each(losses)("a best checkpoint that is %s", (_, lose, message) => {
  it("is written again where the run goes on from that epoch", async () => {
    await runTrain(dataset, options(), files)
    const best = (await bytesIn("run", files)).get("best.safetensors") as Uint8Array
    await lose(best)
    expect(await noticesOf({ epochs: 2 })).toEqual([])
    expect(await Effect.runPromise(files.read(BEST))).toEqual(best)
  })

  it("is told where the run goes on from another, and to whoever needs it", async () => {
    await runTrain(dataset, options({ epochs: 2 }), files)
    await lose(await Effect.runPromise(files.read(BEST)))
    const [notice, ...others] = await noticesOf({ epochs: 3 })
    expect(others).toEqual([])
    expect(notice).toMatchObject({ kind: "warning", stage: "train", caseId: "best.safetensors" })
    expect(notice.message).toContain("the best epoch so far, 1, is lost, and only a better one will take its place")
    expect(notice.message).toContain(`checkpoint ${BEST}: `)
    const position = (await onFiles(loadLast("run")))?.snapshot.position
    const error = await onFiles(Effect.flip(loadBest("run", position)))
    expect(error).toMatchObject({ _tag: "CheckpointError", file: BEST, message: expect.stringMatching(message) })
  })
})

it("a best checkpoint that is whole is not spoken of", async () => {
  await runTrain(dataset, options({ epochs: 2 }), files)
  expect(await noticesOf({ epochs: 3 })).toEqual([])
})

it("a best checkpoint that was written just before the run was killed is left to the run that comes to it again", async () => {
  const learning = options({ epochs: 2, schedule: () => constant(0.05) })
  await runTrain(dataset, learning, files)
  const newest = [...(await bytesIn("run", files)).keys()].at(-1)
  await Effect.runPromise(files.remove(`run/${newest}`))
  await runTrain(dataset, learning, files, 1)
  expect((await onFiles(loadBest("run"))).position.epoch).toBe(2)
})
