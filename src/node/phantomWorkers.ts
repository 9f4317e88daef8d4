import type { Worker } from "node:worker_threads"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { PhantomFile } from "../phantom/litsFiles.ts"
import { makeHere, type PhantomMaker, type PhantomOrder } from "../stages/phantomMaker.ts"
import { processors } from "./processors.ts"
import { startWorker } from "./startWorker.ts"

/** A thread for each processor, of eight at most, makes phantoms until the scope ends. What threads cannot make is made in this one. */
export const phantomWorkers: Effect.Effect<PhantomMaker, never, Scope.Scope> = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => Array.from({ length: Math.min(processors(), MOST) }, start)),
    (workers) => Effect.promise(() => Promise.all(workers.map((worker) => worker.terminate())))
  ),
  (workers): PhantomMaker => {
    const idle = [...workers]
    return {
      atOnce: workers.length,
      make: (order) =>
        Effect.suspend(() => {
          const worker = idle.pop()
          if (worker === undefined || ended.has(worker)) return makeHere(order)
          const made = Effect.tap(madeBy(worker, order), () => Effect.sync(() => idle.push(worker)))
          return Effect.catch(made, () => makeHere(order))
        })
    }
  }
)

/** Each takes memory of its own, and a cohort of phantoms is small. */
const MOST = 8

const ended = new WeakSet<Worker>()

const start = (): Worker => {
  const worker = startWorker("phantomWorker")
  // Its end is what counts, whatever brought it about.
  worker.on("error", () => {})
  worker.on("exit", () => ended.add(worker))
  return worker
}

const madeBy = (worker: Worker, order: PhantomOrder): Effect.Effect<ReadonlyArray<PhantomFile>, "ended"> =>
  Effect.callback((resume) => {
    const listen = () => worker.on("message", made).on("exit", failed)
    const leave = () => worker.off("message", made).off("exit", failed)
    const made = (files: ReadonlyArray<PhantomFile>) => {
      leave()
      resume(Effect.succeed(files))
    }
    const failed = () => {
      leave()
      resume(Effect.fail("ended" as const))
    }
    listen()
    worker.postMessage(order)
    return Effect.sync(leave)
  })
