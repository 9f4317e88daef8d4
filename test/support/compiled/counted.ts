import type { Runtime } from "../../../src/compile/runtime/runtime.ts"

/** A runtime, and what of it is in use. */
export interface Counted {
  readonly runtime: Runtime
  /** Buffers that hold values, by id. */
  readonly buffers: ReadonlySet<number>
  /** Sessions that are loaded, by id. */
  readonly sessions: ReadonlySet<number>
  /** How many models were loaded, how many times one was run. */
  readonly calls: { readonly loads: number; readonly runs: number }
}

/** Counts what passes through to a runtime. A buffer that is freed twice, or never was filled, is an error. */
export const counted = (inner: Runtime): Counted => {
  const buffers = new Set<number>()
  const sessions = new Set<number>()
  const calls = { loads: 0, runs: 0 }
  const fill = (id: number) => {
    if (buffers.has(id)) throw new Error(`buffer ${id} is filled twice`)
    buffers.add(id)
  }
  const take = (id: number) => {
    if (!buffers.has(id)) throw new Error(`buffer ${id} holds nothing`)
  }
  const runtime: Runtime = {
    ...inner,
    load: (model, options) => {
      calls.loads++
      const session = inner.load(model, options)
      sessions.add(session.id)
      return session
    },
    unload: (session) => {
      if (!sessions.delete(session.id)) throw new Error(`session ${session.id} is unloaded twice`)
      inner.unload(session)
    },
    write: (buffer, data) => {
      fill(buffer.id)
      inner.write(buffer, data)
    },
    run: (session, inputs, outputs) => {
      calls.runs++
      for (const { buffer } of inputs) take(buffer.id)
      for (const { buffer } of outputs) fill(buffer.id)
      inner.run(session, inputs, outputs)
    },
    read: (buffer) => {
      take(buffer.id)
      return inner.read(buffer)
    },
    free: (freed) => {
      for (const { id } of freed) {
        take(id)
        buffers.delete(id)
      }
      inner.free(freed)
    }
  }
  return { runtime, buffers, sessions, calls }
}
