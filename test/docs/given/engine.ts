// What runs: an engine and files, and a program that needs them.
import "@tensorflow/tfjs-backend-cpu"
import { setBackend } from "@tensorflow/tfjs-core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Backend } from "../../../src/backend/backend.ts"
import * as node from "../../../src/node/run.ts"
import { workerRuntime } from "../../../src/node/workerRuntime.ts"
import { Files } from "../../../src/stages/files.ts"
import { notify } from "../../../src/stages/notices.ts"
import { progress } from "../../../src/stages/progress.ts"
import { tinyCohort } from "../../support/tinyCohort.ts"
import { sample } from "./patient.ts"

/** Tensors that an example makes by itself are this one's. */
await setBackend("cpu")

/** What carries out compiled functions. */
export const { runtime } = await workerRuntime({ package: "onnxruntime-node", threads: 1 })

export const files = Files.layerMemory(tinyCohort(2, "ct"))

export const program: Effect.Effect<void, never, Backend> = Effect.gen(function* () {
  yield* Backend
  yield* progress({ task: "program", done: 1, total: 1 })
  yield* notify({ kind: "warning", stage: "program", caseId: sample.caseId, message: "it is made up" })
})
export const pipeline = Stream.fromEffect(Effect.as(Backend, sample))

// Of two ways to run a pipeline, the one that has this machine's files. Examples of `hepaflow/stages` have the other.
export const { run } = node

/** Training goes on for minutes. What comes after the first epoch (a step, its loss, validation, checkpoints) is not waited for. */
export const iterate: typeof node.iterate = (stream, ...options) => node.iterate(Stream.take(stream, 5), ...options)
