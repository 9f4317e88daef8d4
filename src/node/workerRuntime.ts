import type { Reply } from "../compile/runtime/messages.ts"
import { remoteRuntime } from "../compile/runtime/remoteRuntime.ts"
import type { StartedRuntime } from "../compile/runtime/runtime.ts"
import { RuntimeError } from "../compile/runtime/runtimeError.ts"
import type { OrtOptions, OrtPackage } from "../compile/runtime/startOrt.ts"
import { atExit } from "./atExit.ts"
import { gate, gateMemory } from "./gate.ts"
import type { OrtWorkerData } from "./ortWorker.ts"
import { processors } from "./processors.ts"
import { startWorker } from "./startWorker.ts"

export interface WorkerRuntimeOptions extends OrtOptions {
  readonly package: OrtPackage
  /** Threads for one operator. Default: one for each processor. */
  readonly threads?: number | undefined
}

/**
 * ONNX Runtime in a worker thread of its own, because a run blocks the thread that it is called from. It rejects with a
 * `RuntimeError` where the package cannot be imported or does not start. The worker keeps the process alive only while
 * something is waited for; a process that ends waits for the run under way.
 *
 * @example
 * ```ts
 * const { runtime } = await workerRuntime({ package: "onnxruntime-node" })
 * console.log(runtime.description) // ONNX Runtime 1.30.0 (cpu, 2 threads)
 * ```
 */
export const workerRuntime = ({
  package: name,
  providers,
  threads = processors(),
  extra
}: WorkerRuntimeOptions): Promise<StartedRuntime> => {
  const workerData: OrtWorkerData = { package: name, gateMemory: gateMemory() }
  const worker = startWorker("ortWorker", { workerData, resourceLimits: { maxYoungGenerationSizeMb: NURSERY } })
  const { started, receive, fail } = remoteRuntime<OrtOptions>(
    {
      post: (command, transferred) => worker.postMessage(command, transferred),
      waiting: (answer) => (answer ? worker.ref() : worker.unref()),
      end: () => worker.terminate()
    },
    { providers, threads, extra }
  )
  const { shut } = gate(workerData.gateMemory)
  const callOff = atExit(shut)
  worker.on("message", (reply: Reply) => receive(reply))
  worker.on("error", (cause) => fail(new RuntimeError({ reason: `its worker failed: ${cause.message}`, cause })))
  worker.on("exit", (code) => {
    callOff()
    fail(new RuntimeError({ reason: `its worker ended with code ${code}` }))
  })
  return started
}

/** In MB: what a step is told is garbage after it, and V8's own 48 fill up before any of it is collected. */
const NURSERY = 12
