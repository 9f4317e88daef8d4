import os from "node:os"
import { type TransferListItem, Worker } from "node:worker_threads"
import { ARRAYS } from "../compile/runtime/arrayPool.ts"
import type { Binding, Elements, Runtime, StartedRuntime } from "../compile/runtime/runtime.ts"
import { RuntimeError } from "../compile/runtime/runtimeError.ts"
import type { OrtOptions, OrtPackage } from "../compile/runtime/startOrt.ts"
import { gate, gateMemory } from "./gate.ts"
import type { Command, OrtWorkerData, Reply } from "./ortWorker.ts"

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
 * runtime.description // => "ONNX Runtime 1.30.0 (cpu, 2 threads)"
 * ```
 */
export const workerRuntime = ({ threads = processors(), ...options }: WorkerRuntimeOptions): Promise<StartedRuntime> =>
  new Promise((resolve, reject) => {
    const memory = gateMemory()
    const { shut } = gate(memory)
    process.once("exit", shut)
    const workerData: OrtWorkerData = { ...options, threads, gateMemory: memory }
    // Flags of the process, such as those of a loader, are not the worker's business.
    const worker = new Worker(FILE, { workerData, execArgv: [] })
    const reads = new Map<number, Read>()
    let requests = 0
    let loads = 0
    let ended: RuntimeError | undefined
    let closed: Promise<void> | undefined

    const post = (command: Command, transferred: ReadonlyArray<TransferListItem> = []) => {
      if (ended === undefined) worker.postMessage(command, transferred)
    }

    const end = (error: RuntimeError) => {
      ended ??= error
      for (const { reject } of reads.values()) reject(ended)
      reads.clear()
      reject(ended)
    }

    const settle = (request: number, use: (read: Read) => void) => {
      const read = reads.get(request)
      reads.delete(request)
      if (reads.size === 0 && ended === undefined) worker.unref()
      if (read !== undefined) use(read)
    }

    const runtime = (description: string): Runtime => ({
      description,
      load: (model) => {
        const bytes = whole(model)
        post({ kind: "load", model: bytes }, [bytes.buffer])
        return { id: loads++ }
      },
      unload: (session) => post({ kind: "unload", session }),
      write: (buffer, data) => {
        const copy = new ARRAYS[buffer.type](data)
        post({ kind: "write", buffer, data: copy }, [copy.buffer])
      },
      run: (session, inputs, outputs) =>
        post({ kind: "run", session, inputs: inputs.map(bare), outputs: outputs.map(bare) }),
      read: (buffer) =>
        new Promise((resolve, reject) => {
          if (ended !== undefined) return reject(ended)
          const request = requests++
          reads.set(request, { resolve, reject })
          worker.ref()
          post({ kind: "read", request, buffer })
        }),
      free: (buffers) => post({ kind: "free", buffers }),
      close: () => {
        closed ??= new Promise((resolve) => {
          if (ended !== undefined) return resolve()
          worker.ref()
          worker.once("exit", () => resolve())
          post({ kind: "close" })
          end(new RuntimeError({ reason: "it was closed" }))
        })
        return closed
      }
    })

    worker.on("message", (reply: Reply) => {
      switch (reply.kind) {
        case "started":
          worker.unref()
          return resolve({ runtime: runtime(reply.description), notices: reply.notices })
        case "failed":
          return end(new RuntimeError({ reason: reply.reason }))
        case "values":
          return settle(reply.request, ({ resolve }) => resolve(reply.data))
        case "spoilt":
          return settle(reply.request, ({ reject }) => reject(new RuntimeError({ reason: reply.reason })))
        case "closed":
          return void worker.terminate()
      }
    })
    worker.on("error", (cause) => end(new RuntimeError({ reason: `its worker failed: ${cause.message}`, cause })))
    worker.on("exit", (code) => {
      process.off("exit", shut)
      end(new RuntimeError({ reason: `its worker ended with code ${code}` }))
    })
  })

interface Read {
  readonly resolve: (data: Elements) => void
  readonly reject: (error: RuntimeError) => void
}

/** Beside this file, as it is: TypeScript in a checkout, JavaScript in the package. */
const FILE = new URL(import.meta.url.endsWith(".ts") ? "./ortWorker.ts" : "./ortWorker.js", import.meta.url)

// Node 18.0 to 18.13 lack the first.
const processors = (): number => os.availableParallelism?.() ?? os.cpus().length

/** Bytes that may be handed over: all of their memory, and no one else's. */
const whole = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer && bytes.length === bytes.buffer.byteLength
    ? new Uint8Array(bytes.buffer)
    : new Uint8Array(bytes)

const bare = ({ name, buffer: { id, type, dims } }: Binding): Binding => ({ name, buffer: { id, type, dims } })
