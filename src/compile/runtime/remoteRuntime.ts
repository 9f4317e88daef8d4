import { ARRAYS } from "./arrayPool.ts"
import type { Command, Post, Reply } from "./messages.ts"
import type { Binding, Elements, Runtime, StartedRuntime } from "./runtime.ts"
import { RuntimeError } from "./runtimeError.ts"

/** Another thread, as it is seen from here. */
export interface Thread<Options> {
  readonly post: Post<Command<Options>>
  /** Called when an answer begins to be waited for, and when none is any more. */
  readonly waiting: (answer: boolean) => void
  /** Ends it, once nothing is at work in it. */
  readonly end: () => Promise<unknown>
}

/** A runtime that another thread holds. */
export interface Remote {
  /** Rejects with a `RuntimeError`. */
  readonly started: Promise<StartedRuntime>
  /** To be called with each reply that comes. */
  readonly receive: (reply: Reply) => void
  /** To be called when the thread has ended, or broken down. */
  readonly fail: (error: RuntimeError) => void
}

/**
 * One end of a runtime in another thread, the end that commands it. Memory crosses without a copy, but for what is written,
 * which stays the caller's. Its counterpart is `serveRuntime`.
 */
export const remoteRuntime = <Options>(thread: Thread<Options>, options: Options): Remote => {
  const reads = new Map<number, Deferred<Elements>>()
  let requests = 0
  let loads = 0
  let over: RuntimeError | undefined
  const starting = deferred<StartedRuntime>()
  let closing: Deferred<void> | undefined

  const post: Post<Command<Options>> = (command, transferred) => {
    if (over === undefined) thread.post(command, transferred)
  }

  /** Ends all that is waited for. */
  const stop = (error: RuntimeError) => {
    over ??= error
    starting.reject(over)
    for (const { reject } of reads.values()) reject(over)
    reads.clear()
  }

  const answered = (request: number): Deferred<Elements> | undefined => {
    const found = reads.get(request)
    reads.delete(request)
    if (reads.size === 0 && over === undefined) thread.waiting(false)
    return found
  }

  const close = () => {
    if (closing !== undefined) return closing.promise
    if (over !== undefined) return Promise.resolve()
    thread.waiting(true)
    post({ kind: "close" }, [])
    stop(new RuntimeError({ reason: "it was closed" }))
    closing = deferred()
    return closing.promise
  }

  const runtime = (description: string): Runtime => ({
    description,
    load: (model, options) => {
      const bytes = whole(model)
      post({ kind: "load", model: bytes, options }, [bytes.buffer])
      return { id: loads++ }
    },
    unload: (session) => post({ kind: "unload", session }, []),
    write: (buffer, data) => {
      const copy = new ARRAYS[buffer.type](data)
      post({ kind: "write", buffer, data: copy }, [copy.buffer])
    },
    run: (session, inputs, outputs) =>
      post({ kind: "run", session, inputs: inputs.map(bare), outputs: outputs.map(bare) }, []),
    read: (buffer) => {
      if (over !== undefined) return Promise.reject(over)
      const request = requests++
      const values = deferred<Elements>()
      reads.set(request, values)
      thread.waiting(true)
      post({ kind: "read", request, buffer }, [])
      return values.promise
    },
    free: (buffers) => post({ kind: "free", buffers }, []),
    close
  })

  thread.waiting(true)
  post({ kind: "start", options }, [])
  return {
    started: starting.promise,
    receive: async (reply) => {
      switch (reply.kind) {
        case "started":
          thread.waiting(false)
          return starting.resolve({ runtime: runtime(reply.description), notices: reply.notices })
        case "failed":
          stop(new RuntimeError({ reason: reply.reason }))
          return void (await thread.end())
        case "values":
          return answered(reply.request)?.resolve(reply.data)
        case "spoilt":
          return answered(reply.request)?.reject(new RuntimeError({ reason: reply.reason }))
        case "closed":
          await thread.end()
          return closing?.resolve()
      }
    },
    fail: (error) => {
      stop(error)
      closing?.resolve()
    }
  }
}

interface Deferred<A> {
  readonly promise: Promise<A>
  readonly resolve: (value: A) => void
  readonly reject: (error: RuntimeError) => void
}

const deferred = <A>(): Deferred<A> => {
  let resolve: Deferred<A>["resolve"] = () => {}
  let reject: Deferred<A>["reject"] = () => {}
  const promise = new Promise<A>((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  return { promise, resolve, reject }
}

/** Bytes that may be handed over: all of their memory, and no one else's. */
const whole = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer && bytes.length === bytes.buffer.byteLength
    ? new Uint8Array(bytes.buffer)
    : new Uint8Array(bytes)

const bare = ({ name, buffer: { id, type, dims } }: Binding): Binding => ({ name, buffer: { id, type, dims } })
