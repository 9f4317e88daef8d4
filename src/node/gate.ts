/**
 * Between two threads, over memory that both see: work of one that must not be cut short, and the other's wish to end it.
 */
export interface Gate {
  /** Does some work, unless the gate is shut: then it begins nothing, and the promise never settles. */
  readonly pass: <A>(work: () => Promise<A>) => Promise<A>
  /** Shuts the gate for good, and blocks this thread until what has passed it is done, for a minute at most. */
  readonly shut: () => void
}

/** Memory for one gate, to be handed to both threads. At most one piece of work passes at a time. */
export const gateMemory = (): Int32Array<SharedArrayBuffer> =>
  new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT))

export const gate = (memory: Int32Array<SharedArrayBuffer>): Gate => ({
  // Each thread raises its own flag before it looks at the other's, so that one of them sees both.
  pass: async (work) => {
    Atomics.store(memory, WORKING, 1)
    const shut = Atomics.load(memory, SHUT) === 1
    try {
      if (!shut) return await work()
    } finally {
      Atomics.store(memory, WORKING, 0)
      Atomics.notify(memory, WORKING)
    }
    return new Promise(() => {})
  },
  shut: () => {
    Atomics.store(memory, SHUT, 1)
    // Where the other thread broke down in its work, nobody will say that it is done.
    Atomics.wait(memory, WORKING, 1, 60_000)
  }
})

const WORKING = 0
const SHUT = 1
