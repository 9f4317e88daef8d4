import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import { prepareCohort } from "../../src/pipelines/prepareCohort.ts"
import type { Protocol } from "../../src/pipelines/protocol.ts"
import { trainedModel, trainNetwork } from "../../src/pipelines/trainNetwork.ts"
import { tinyFiles, tinyProtocol, tinyValue } from "../support/tinyProtocol.ts"
import { twoLayers } from "../support/twoLayers.ts"

const directory = "runs/one"
const network = twoLayers({ norm: false })

it("the best epoch is a model, unless its file was lost: then it is named, with what to do", async () => {
  // Nothing is learned, so that the second epoch is not better than the first.
  const optimizer = { kind: "sgd", learningRate: 0, momentum: 0.9, weightDecay: 0 } as const
  const protocol: Protocol = { ...tinyProtocol, optimizer }
  const files = tinyFiles()
  const cohort = await tinyValue(prepareCohort("lits", protocol, { directory: "cache" }), files)
  const model = trainedModel(cohort, network, protocol, { directory })
  const failure = () => tinyValue(Effect.flip(model), files)
  expect((await failure()).message).toMatch(/^checkpoint runs\/one\/checkpoints.*; check the path/)

  const events = await tinyValue(Stream.runCollect(trainNetwork(cohort, network, protocol, { directory })), files)
  expect(events.flatMap((event) => (event.kind === "validation" ? [event.best] : []))).toEqual([true, false])
  expect((await tinyValue(model, files)).training).toMatchObject({ epoch: 1 })

  const best = "runs/one/checkpoints/best.safetensors"
  const whole = await tinyValue(files.read(best), files)
  await tinyValue(files.write(best, whole.slice(0, 1000), { overwrite: true }), files)
  expect(await failure()).toMatchObject({ _tag: "CheckpointError", kind: "damaged", file: best })
  await tinyValue(files.remove(best), files)
  expect(await failure()).toMatchObject({ _tag: "CheckpointError", kind: "missing", file: best })
  const last = await tinyValue(trainedModel(cohort, network, { ...protocol, tested: "last" }, { directory }), files)
  expect(last.training).toMatchObject({ epoch: 2 })
})
