// Runs in the worker that `workerRuntime` starts.
import { type MessagePort, parentPort, type TransferListItem, workerData } from "node:worker_threads"
import type { Binding, Elements, Runtime, RuntimeBuffer, Session } from "../compile/runtime/runtime.ts"
import { runtimeError } from "../compile/runtime/runtimeError.ts"
import { type OrtModule, type OrtOptions, type OrtPackage, startOrt } from "../compile/runtime/startOrt.ts"
import { type Gate, gate } from "./gate.ts"

export interface OrtWorkerData extends OrtOptions {
  readonly package: OrtPackage
  /** Of a gate that ONNX Runtime's work passes: the process aborts when it ends a thread in the middle of that. */
  readonly gateMemory: Int32Array<SharedArrayBuffer>
}

/** What the worker is told. */
export type Command =
  | { readonly kind: "load"; readonly model: Uint8Array }
  | { readonly kind: "unload"; readonly session: Session }
  | { readonly kind: "write"; readonly buffer: RuntimeBuffer; readonly data: Elements }
  | {
      readonly kind: "run"
      readonly session: Session
      readonly inputs: ReadonlyArray<Binding>
      readonly outputs: ReadonlyArray<Binding>
    }
  | { readonly kind: "read"; readonly request: number; readonly buffer: RuntimeBuffer }
  | { readonly kind: "free"; readonly buffers: ReadonlyArray<RuntimeBuffer> }
  | { readonly kind: "close" }

/** What it answers. An error crosses as its reason: a copy of it would lose its class. */
export type Reply =
  | { readonly kind: "started"; readonly description: string; readonly notices: ReadonlyArray<string> }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "values"; readonly request: number; readonly data: Elements }
  | { readonly kind: "spoilt"; readonly request: number; readonly reason: string }
  | { readonly kind: "closed" }

const port = parentPort as MessagePort

const post = (reply: Reply, transferred: ReadonlyArray<TransferListItem> = []) => port.postMessage(reply, transferred)

const carryOut = (runtime: Runtime, command: Command) => {
  switch (command.kind) {
    case "load":
      return runtime.load(command.model)
    case "unload":
      return runtime.unload(command.session)
    case "write":
      return runtime.write(command.buffer, command.data)
    case "run":
      return runtime.run(command.session, command.inputs, command.outputs)
    case "free":
      return runtime.free(command.buffers)
    case "read": {
      const { request, buffer } = command
      return runtime.read(buffer).then(
        (data) => post({ kind: "values", request, data }, [data.buffer as ArrayBuffer]),
        (cause) => post({ kind: "spoilt", request, reason: runtimeError(cause).reason })
      )
    }
    case "close":
      return runtime.close().then(() => post({ kind: "closed" }))
  }
}

/** The same package, whose work passes a gate. */
const gated = ({ InferenceSession, Tensor, env }: OrtModule, { pass }: Gate): OrtModule => ({
  Tensor,
  env,
  InferenceSession: {
    create: (model, options) =>
      pass(async () => {
        const session = await InferenceSession.create(model, options)
        return {
          run: (feeds, fetches) => pass(() => session.run(feeds, fetches)),
          release: () => pass(() => session.release())
        }
      })
  }
})

const { package: name, gateMemory, ...options } = workerData as OrtWorkerData
try {
  const passage = gate(gateMemory)
  const ort: OrtModule = await passage.pass(() => import(name))
  const { runtime, notices } = await startOrt(gated(ort, passage), name, options)
  port.on("message", (command: Command) => carryOut(runtime, command))
  post({ kind: "started", description: runtime.description, notices })
} catch (cause) {
  post({ kind: "failed", reason: `${name} did not start: ${runtimeError(cause).reason}` })
}
