import { sizeOf } from "../graph.ts"
import { ARRAYS, arrayPool } from "./arrayPool.ts"
import type { Binding, Elements, ElementType, LoadOptions, Runtime, RuntimeBuffer, Session } from "./runtime.ts"
import { RuntimeError, runtimeError } from "./runtimeError.ts"

/** What is used of the packages `onnxruntime-node` and `onnxruntime-web`. */
export interface Ort {
  readonly InferenceSession: {
    create(model: Uint8Array, options: OrtSessionOptions): Promise<OrtSession>
  }
  readonly Tensor: {
    new (type: "float32", data: Float32Array, dims: ReadonlyArray<number>): OrtTensor
    new (type: "int32", data: Int32Array, dims: ReadonlyArray<number>): OrtTensor
    new (type: "bool", data: Uint8Array, dims: ReadonlyArray<number>): OrtTensor
  }
}

export interface OrtTensor {
  readonly data: unknown
}

export interface OrtSession {
  run(
    feeds: Readonly<Record<string, OrtTensor>>,
    fetches: Readonly<Record<string, OrtTensor | null>>
  ): Promise<Readonly<Record<string, OrtTensor>>>
  release(): Promise<void>
}

export interface OrtSessionOptions {
  readonly executionProviders: Array<string>
  readonly enableMemPattern: false
  readonly graphOptimizationLevel: "all" | "disabled"
  readonly executionMode: "sequential"
  readonly logSeverityLevel: 4
  readonly intraOpNumThreads?: number
  readonly extra?: OrtExtra
}

/** Entries of ONNX Runtime's session configuration: `{ session: { intra_op: { allow_spinning: "0" } } }`. */
export interface OrtExtra {
  readonly [name: string]: string | OrtExtra
}

export interface OrtRuntimeOptions {
  readonly description: string
  /** Execution providers, the preferred one first. */
  readonly providers: ReadonlyArray<string>
  /** Threads for one operator. Default: as many as ONNX Runtime sees fit. */
  readonly threads?: number | undefined
  readonly extra?: OrtExtra | undefined
  /** Whether it fills arrays that are given for outputs. onnxruntime-node does; onnxruntime-web leaves them as they are. */
  readonly fillsOutputs: boolean
}

/** What sessions are made with. */
export const sessionOptions = (
  { providers, threads, extra }: Pick<OrtRuntimeOptions, "providers" | "threads" | "extra">,
  { optimize }: LoadOptions = { optimize: true }
): OrtSessionOptions => ({
  executionProviders: [...providers],
  // The pattern is a plan of one run's memory: it takes 40 % more and saves no time.
  enableMemPattern: false,
  graphOptimizationLevel: optimize ? "all" : "disabled",
  executionMode: "sequential",
  // Failures come as exceptions; what it would print beside them is noise.
  logSeverityLevel: 4,
  ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
  ...(extra === undefined ? {} : { extra })
})

/** What a buffer holds: elements, or why it has none. */
type Held =
  | { readonly type: ElementType; readonly data: Elements; readonly cause?: never }
  | { readonly type?: never; readonly data?: never; readonly cause: RuntimeError }

type Loaded =
  | { readonly session: OrtSession; readonly cause?: never }
  | { readonly session?: never; readonly cause: RuntimeError }

/**
 * A runtime on ONNX Runtime in the caller's own thread, which a run of onnxruntime-node blocks until it is done. Arrays of
 * freed buffers are filled again, and those that wait for that never take more memory than those in use.
 *
 * @example
 * ```ts
 * const runtime = ortRuntime(await import("onnxruntime-node"), {
 *   description: "ONNX Runtime",
 *   providers: ["cpu"],
 *   fillsOutputs: true
 * })
 * ```
 */
export const ortRuntime = (ort: Ort, options: OrtRuntimeOptions): Runtime => {
  const { description, fillsOutputs } = options
  const pool = arrayPool()
  const buffers = new Map<number, Held>()
  const sessions = new Map<number, Loaded>()
  let inUse = 0
  let loads = 0
  let done: Promise<void> = Promise.resolve()
  let closed: Promise<void> | undefined

  /** Carries out a command after those before it. */
  const queue = (command: () => void | Promise<void>) => {
    done = done.then(command)
  }

  /** The same, unless the runtime is closed by then. */
  const queueOpen = (command: () => void | Promise<void>) => queue(() => (closed === undefined ? command() : undefined))

  const hold = ({ id }: RuntimeBuffer, held: Held) => {
    buffers.set(id, held)
    inUse += held.data?.byteLength ?? 0
  }

  const elementsOf = ({ id }: RuntimeBuffer): Elements => {
    const held = buffers.get(id)
    if (held === undefined) throw new RuntimeError({ reason: `buffer ${id} was freed, or never filled` })
    if (held.data === undefined) throw held.cause
    return held.data
  }

  const sessionOf = ({ id }: Session): OrtSession => {
    const loaded = sessions.get(id)
    if (loaded === undefined) throw new RuntimeError({ reason: `session ${id} was unloaded, or never loaded` })
    if (loaded.session === undefined) throw loaded.cause
    return loaded.session
  }

  const release = async (id: number) => {
    const loaded = sessions.get(id)
    sessions.delete(id)
    // Nobody waits to be told, and there is nothing to be done.
    await loaded?.session?.release().catch(() => {})
  }

  const copied = ({ type }: RuntimeBuffer, data: Elements): Held => {
    try {
      const copy = pool.take(type, data.length)
      copy.set(data)
      return { type, data: copy }
    } catch (cause) {
      return { cause: runtimeError(cause) }
    }
  }

  const tensor = ({ type, dims }: RuntimeBuffer, data: Elements) =>
    // Each type has a signature of its own, and it checks that they match.
    new ort.Tensor(type as "float32", data as Float32Array, dims)

  const feedsOf = (inputs: ReadonlyArray<Binding>) => named(inputs, ({ buffer }) => tensor(buffer, elementsOf(buffer)))

  /** Runs into arrays of the pool, which must not be those of any buffer in use. */
  const runInto = async (session: OrtSession, inputs: ReadonlyArray<Binding>, outputs: ReadonlyArray<Binding>) => {
    const feeds = feedsOf(inputs)
    const made = outputs.map(({ buffer }) => pool.take(buffer.type, sizeOf(buffer.dims)))
    try {
      await session.run(
        feeds,
        named(outputs, ({ buffer }, i) => tensor(buffer, made[i]))
      )
    } catch (cause) {
      for (const [i, { buffer }] of outputs.entries()) pool.give(buffer.type, made[i])
      pool.trim(inUse)
      throw cause
    }
    return made
  }

  const runNew = async (session: OrtSession, inputs: ReadonlyArray<Binding>, outputs: ReadonlyArray<Binding>) => {
    const results = await session.run(
      feedsOf(inputs),
      named(outputs, () => null)
    )
    return outputs.map(({ name, buffer }) => {
      const data = results[name]?.data
      if (data instanceof ARRAYS[buffer.type] && data.length === sizeOf(buffer.dims)) return data
      throw new RuntimeError({ reason: `the output ${JSON.stringify(name)} is not ${buffer.type} [${buffer.dims}]` })
    })
  }

  return {
    description,
    load: (model, how) => {
      const id = loads++
      queueOpen(async () => {
        try {
          sessions.set(id, { session: await ort.InferenceSession.create(model, sessionOptions(options, how)) })
        } catch (cause) {
          sessions.set(id, { cause: runtimeError(cause) })
        }
      })
      return { id }
    },
    unload: ({ id }) => queueOpen(() => release(id)),
    write: (buffer, data) => {
      const held = copied(buffer, data)
      queueOpen(() => hold(buffer, held))
    },
    run: (session, inputs, outputs) =>
      queueOpen(async () => {
        try {
          const made = await (fillsOutputs ? runInto : runNew)(sessionOf(session), inputs, outputs)
          for (const [i, { buffer }] of outputs.entries()) hold(buffer, { type: buffer.type, data: made[i] })
        } catch (cause) {
          for (const { buffer } of outputs) hold(buffer, { cause: runtimeError(cause) })
        }
      }),
    read: (buffer) =>
      new Promise((resolve, reject) => {
        queue(() => {
          try {
            if (closed !== undefined) throw new RuntimeError({ reason: "it was closed" })
            resolve(elementsOf(buffer).slice())
          } catch (cause) {
            reject(cause)
          }
        })
      }),
    free: (freed) =>
      queueOpen(() => {
        for (const { id } of freed) {
          const held = buffers.get(id)
          buffers.delete(id)
          if (held?.data === undefined) continue
          inUse -= held.data.byteLength
          if (fillsOutputs) pool.give(held.type, held.data)
        }
        pool.trim(inUse)
      }),
    close: () => {
      closed ??= done.then(async () => {
        for (const id of [...sessions.keys()]) await release(id)
        buffers.clear()
        pool.trim(0)
      })
      return closed
    }
  }
}

const named = <A>(bindings: ReadonlyArray<Binding>, of: (binding: Binding, i: number) => A): Record<string, A> =>
  Object.fromEntries(bindings.map((binding, i) => [binding.name, of(binding, i)]))
