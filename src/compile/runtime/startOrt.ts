import { inLine } from "../../errors.ts"
import { encodeOnnx } from "../onnx/encode.ts"
import { type Ort, type OrtExtra, type OrtRuntimeOptions, ortRuntime, sessionOptions } from "./ortRuntime.ts"
import type { StartedRuntime } from "./runtime.ts"
import { RuntimeError, runtimeError } from "./runtimeError.ts"

export type OrtPackage = "onnxruntime-node" | "onnxruntime-web"

export interface OrtOptions {
  /**
   * ONNX Runtime's execution providers, the preferred one first, such as `["cuda"]`. Those that do not start are left out
   * with a notice, and the processor comes last. Default: the processor alone.
   */
  readonly providers?: ReadonlyArray<string> | undefined
  /** Threads for one operator. */
  readonly threads?: number | undefined
  /** Entries of ONNX Runtime's session configuration. */
  readonly extra?: OrtExtra | undefined
}

/** One of the packages, as it is imported. */
export interface OrtModule extends Ort {
  readonly env: {
    logLevel?: "verbose" | "info" | "warning" | "error" | "fatal"
    readonly versions: { readonly common: string }
    readonly wasm: { numThreads?: number; wasmPaths?: string | object }
  }
}

/** Where onnxruntime-web's files are: a folder's URL with a slash at its end, or a URL for each. */
export type OrtWasmPaths = string | { readonly mjs?: string; readonly wasm?: string }

/** A runtime on a package, with those providers that start. It rejects with a `RuntimeError` where none does. */
export const startOrt = async (
  load: () => Promise<OrtModule>,
  name: OrtPackage,
  options: OrtOptions
): Promise<StartedRuntime> => {
  try {
    return await startOn(await load(), name, options)
  } catch (cause) {
    throw new RuntimeError({ reason: `${name} did not start: ${runtimeError(cause).reason}`, cause })
  }
}

const startOn = async (
  ort: OrtModule,
  name: OrtPackage,
  { providers = [], threads, extra }: OrtOptions
): Promise<StartedRuntime> => {
  const web = name === "onnxruntime-web"
  // Failures come as exceptions; what it would print beside them is noise.
  ort.env.logLevel = "fatal"
  if (web && threads !== undefined) ort.env.wasm.numThreads = threads
  const last = web ? "wasm" : "cpu"
  const started: Array<string> = []
  const failed: Array<string> = []
  for (const provider of new Set([...providers.filter((each) => each !== last), last])) {
    const cause = await trial(ort, { providers: [provider], threads, extra })
    if (cause === undefined) started.push(provider)
    else if (provider === last) throw cause
    else failed.push(`${provider} did not start: ${inLine(cause.reason)}`)
  }
  const count = web ? ort.env.wasm.numThreads : threads
  const where = count === undefined ? started : [...started, `${count} ${count === 1 ? "thread" : "threads"}`]
  const description = `ONNX Runtime ${ort.env.versions.common} (${where.join(", ")})`
  const runtime = ortRuntime(ort, { description, providers: started, threads, extra, fillsOutputs: !web })
  return { runtime, notices: failed.map((each) => `ONNX Runtime: ${each}; ${started[0]} runs instead`) }
}

/** Runs a tiny model; gives why that fails. */
const trial = async (
  ort: Ort,
  options: Pick<OrtRuntimeOptions, "providers" | "threads" | "extra">
): Promise<RuntimeError | undefined> => {
  const x = { name: "x", type: "float32", dims: [1] } as const
  const model = encodeOnnx({
    name: "trial",
    nodes: [{ op: "Add", inputs: ["x", "x"], outputs: ["y"] }],
    constants: [],
    inputs: [x],
    outputs: [{ ...x, name: "y" }],
    opsets: { "": 17 }
  })
  try {
    const session = await ort.InferenceSession.create(model, sessionOptions(options))
    try {
      const { y } = await session.run({ x: new ort.Tensor("float32", Float32Array.of(21), [1]) }, { y: null })
      const [answer] = y.data as Float32Array
      return answer === 42 ? undefined : new RuntimeError({ reason: `it computes that 21 + 21 = ${answer}` })
    } finally {
      await session.release()
    }
  } catch (cause) {
    return runtimeError(cause)
  }
}
