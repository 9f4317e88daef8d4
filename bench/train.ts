/** Training and prediction on wasm op by op: a step beside PyTorch's, what convolution takes of it, a whole CT, waiting for data. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { getKernelsForBackend, registerKernel, unregisterKernel } from "@tensorflow/tfjs-core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Backend, type EngineError } from "hepaflow/backend"
import { initialize, type Params, valuesOf } from "hepaflow/modules"
import { iterate, run } from "hepaflow/node"
import { key } from "hepaflow/random"
import {
  cache,
  flip,
  labelSplit,
  load,
  predict,
  restack,
  slice,
  train,
  window,
  write,
  writePhantomCohort
} from "hepaflow/stages"
import { BENCHMARKS } from "./support/benchmarks.ts"
import { litsFolder, SHAPE } from "./support/ct.ts"
import { ENGINES, type EngineName, onEngine } from "./support/engineRun.ts"
import { against, gigabytes, percent, printMachine } from "./support/harness.ts"
import { inPyTorch, pyTorchRemedy, python } from "./support/pyTorch.ts"
import { predictionOf, trainingOf } from "./support/session.ts"

const STEP = 7000
const PEAK = 3e9
const OUTSIDE = 0.1
const WAITING = 0.02

const seconds = (time: number): string => `${(time / 1000).toFixed(2)} s`
const { agcaf16 } = BENCHMARKS

/** Counts the milliseconds that an eager engine spends in convolutions and their gradients, those within each other once. */
const countConvolutions = (backendName: string) => {
  const counted = { milliseconds: 0, depth: 0 }
  for (const kernel of getKernelsForBackend(backendName)) {
    if (!/Conv2D/.test(kernel.kernelName)) continue
    unregisterKernel(kernel.kernelName, backendName)
    registerKernel({
      ...kernel,
      kernelFunc: (params) => {
        const began = performance.now()
        counted.depth++
        try {
          return kernel.kernelFunc(params)
        } finally {
          counted.depth--
          if (counted.depth === 0) counted.milliseconds += performance.now() - began
        }
      }
    })
  }
  return counted
}

/** What a second run of some work takes, and the share of it in convolutions. */
const convolutionsIn = <E>(work: Effect.Effect<unknown, E>, counted: { milliseconds: number }) =>
  Effect.gen(function* () {
    yield* work
    counted.milliseconds = 0
    const began = performance.now()
    yield* work
    const time = performance.now() - began
    return { time, share: counted.milliseconds / time }
  })

const profile = Effect.gen(function* () {
  const { name } = yield* Backend
  const [step, forward] = [yield* trainingOf(agcaf16), yield* predictionOf({ ...agcaf16, batch: 1 })]
  const counted = countConvolutions(name)
  return { step: yield* convolutionsIn(step, counted), forward: yield* convolutionsIn(forward, counted) }
})

/** An engine, and the milliseconds that it was busy. */
const clocked = (engine: Layer.Layer<Backend, EngineError>) => {
  const spent = { milliseconds: 0 }
  const clock = <A, E>(work: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.suspend(() => {
      const began = performance.now()
      return Effect.ensuring(
        work,
        Effect.sync(() => {
          spent.milliseconds += performance.now() - began
        })
      )
    })
  const layer = Layer.effect(
    Backend,
    Effect.map(Backend, (backend) =>
      Backend.of({ ...backend, run: (f) => clock(backend.run(f)), read: (tensor) => clock(backend.read(tensor)) })
    )
  )
  return { spent, layer: Layer.provide(layer, engine) }
}

const untrained = Effect.gen(function* () {
  const { run } = yield* Backend
  const params: Params = yield* run(() => initialize(key(1), agcaf16.network.spec) as never)
  return yield* Effect.promise(() => valuesOf(params))
})

const predictCt = async (folder: string, masks: string, engine: EngineName) => {
  const { network } = agcaf16
  const params = await Effect.runPromise(Effect.provide(untrained, ENGINES.wasm))
  const { spent, layer } = clocked(ENGINES[engine])
  const began = performance.now()
  await run(
    load(folder, { labels: "ignored" }).pipe(
      window(),
      slice({ size: [256, 256] }),
      predict({ network, params }),
      restack("mask"),
      write(masks, { as: "nifti", overwrite: true })
    ),
    { layer }
  )
  const time = performance.now() - began
  return { time, outside: 1 - spent.milliseconds / time }
}

/** The share of an epoch's time in which the engine has no batch to work on, from the first step to the last. */
const waiting = async (folder: string, engine: EngineName) => {
  const dataset = await run(
    load(folder).pipe(
      window(),
      slice({ size: [256, 256] }),
      labelSplit("wholeLiver"),
      cache({ directory: join(folder, "cache") })
    )
  )
  const events = train(dataset, {
    network: agcaf16.network,
    epochs: 1,
    batchSize: 4,
    augmentation: [flip({ axis: "horizontal" })]
  })
  const steps: Array<{ readonly at: number; readonly busy: number }> = []
  for await (const event of iterate(events, { layer: ENGINES[engine] })) {
    if (event.kind === "step") steps.push({ at: performance.now(), busy: event.milliseconds })
  }
  const [first, ...rest] = steps
  return 1 - rest.reduce((sum, { busy }) => sum + busy, 0) / (rest[rest.length - 1].at - first.at)
}

printMachine()
if (python === undefined) console.log(pyTorchRemedy)
for (const name of ["uResNetFull", "agcaf16"] as const) {
  const { title } = BENCHMARKS[name]
  const { train, inference, peak } = onEngine(name, "wasm", { warm: 1, rounds: 3 })
  const torch = inPyTorch(BENCHMARKS[name])
  const beside = (ours: number, theirs: number | undefined) =>
    theirs === undefined ? "" : `, PyTorch ${seconds(theirs)}, ratio ${(ours / theirs).toFixed(1)}`
  const asked = name === "uResNetFull"
  const step = asked ? against(train.time, STEP, seconds) : seconds(train.time)
  console.log(`${title}, 256x256x1, batch 4`)
  console.log(`  train step   ${step}${beside(train.time, torch?.contiguous.train)}`)
  console.log(`  inference    ${seconds(inference.time)}${beside(inference.time, torch?.contiguous.inference)}`)
  console.log(`  peak memory  ${asked ? against(peak, PEAK, gigabytes) : gigabytes(peak)}`)
}

const { step, forward } = await Effect.runPromise(Effect.provide(Effect.scoped(profile), ENGINES.wasm))
console.log(`${agcaf16.title}, wasm`)
console.log(`  train step of 4    ${seconds(step.time)}, ${percent(step.share)} of it convolution`)
console.log(`  forward, an image  ${seconds(forward.time)}, ${percent(forward.share)} of it convolution`)

const cohort = litsFolder(1)
const scratch = mkdtempSync(join(tmpdir(), "hepaflow-bench-"))
const small = join(scratch, "cohort")
await run(writePhantomCohort(small, { cases: 1, seed: 1, shape: [256, 256, 24] }))
for (const engine of ["wasm", "compiled"] as const) {
  const { time, outside } = await predictCt(cohort, join(scratch, "masks"), engine)
  console.log(`${SHAPE.join("x")} CT to mask at 256x256, ${engine}`)
  console.log(`  .nii.gz to .nii.gz  ${seconds(time)}, outside the network ${against(outside, OUTSIDE, percent)}`)
  console.log(`  waiting for batches ${against(await waiting(small, engine), WAITING, percent)} of training's time`)
}
rmSync(scratch, { recursive: true })
