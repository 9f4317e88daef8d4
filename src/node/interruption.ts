/** What signals stop, and the status that a shell gives a process that one of them ended. */
const STATUS = { SIGINT: 130, SIGTERM: 143 } as const

type Stopping = keyof typeof STATUS

/** Work that a signal stops. */
export interface Interruptible {
  readonly signal: AbortSignal
  /** To be called and waited for when all is closed. After a signal it never ends: the process does, with the last work. */
  readonly closed: () => Promise<void>
}

/**
 * Has Ctrl-C, or a SIGTERM, abort work in place of ending the process, which then ends once all work is closed; a second one
 * ends it at once. A program that listens to a signal of its own accord is in charge of it, and nothing listens between works.
 */
export const interruptible = (): Interruptible => {
  const work = new AbortController()
  if (open.size === 0) listen()
  open.add(work)
  if (stoppedBy !== undefined) work.abort(reasonOf(stoppedBy))
  return {
    signal: work.signal,
    closed: () => {
      open.delete(work)
      if (open.size === 0) unlisten()
      if (stoppedBy === undefined) return Promise.resolve()
      if (open.size === 0) process.exit(STATUS[stoppedBy])
      return new Promise(() => {})
    }
  }
}

// One listener for all: Node takes more than ten for a leak.
const open = new Set<AbortController>()
let stoppedBy: Stopping | undefined

const listen = () => {
  for (const name of Object.keys(STATUS)) if (process.listenerCount(name) === 0) process.on(name, interrupt)
}

const unlisten = () => {
  for (const name of Object.keys(STATUS)) process.off(name, interrupt)
}

const interrupt = (name: Stopping) => {
  // With no listener left the next signal ends the process.
  unlisten()
  stoppedBy = name
  for (const work of open) work.abort(reasonOf(name))
}

const reasonOf = (name: Stopping) => new Error(`stopped by ${name}`)
