// Runs in the worker that `workerRuntime` starts.
import { type MessagePort, parentPort, workerData } from "node:worker_threads"
import { serveRuntime } from "../compile/runtime/serveRuntime.ts"
import { type OrtModule, type OrtOptions, type OrtPackage, startOrt } from "../compile/runtime/startOrt.ts"
import { type Gate, gate } from "./gate.ts"

export interface OrtWorkerData {
  readonly package: OrtPackage
  /** Of a gate that ONNX Runtime's work passes: the process aborts when it ends a thread in the middle of that. */
  readonly gateMemory: Int32Array<SharedArrayBuffer>
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

const { package: name, gateMemory } = workerData as OrtWorkerData
const passage = gate(gateMemory)
const load = async () => gated(await passage.pass(() => import(name)), passage)
const port = parentPort as MessagePort
port.on(
  "message",
  serveRuntime(
    (options: OrtOptions) => startOrt(load, name, options),
    (reply, transferred) => port.postMessage(reply, transferred)
  )
)
