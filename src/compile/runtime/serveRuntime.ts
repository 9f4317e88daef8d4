import type { Command, Post, Reply } from "./messages.ts"
import type { Runtime, StartedRuntime } from "./runtime.ts"
import { runtimeError } from "./runtimeError.ts"

/**
 * One end of a runtime in another thread, the end that holds it: gives what is to be called with each command that comes.
 * Its counterpart is `remoteRuntime`.
 */
export const serveRuntime = <Options>(
  start: (options: Options) => Promise<StartedRuntime>,
  post: Post<Reply>
): ((command: Command<Options>) => void) => {
  let runtime: Runtime | undefined

  const begin = async (options: Options) => {
    try {
      const started = await start(options)
      runtime = started.runtime
      post({ kind: "started", description: runtime.description, notices: started.notices }, [])
    } catch (cause) {
      post({ kind: "failed", reason: runtimeError(cause).reason }, [])
    }
  }

  return (command) => {
    if (command.kind === "start") return void begin(command.options)
    // It is told nothing else until it has said that it has started.
    if (runtime !== undefined) carryOut(runtime, command, post)
  }
}

const carryOut = (runtime: Runtime, command: Exclude<Command, { readonly kind: "start" }>, post: Post<Reply>) => {
  switch (command.kind) {
    case "load":
      return runtime.load(command.model, command.options)
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
        (cause) => post({ kind: "spoilt", request, reason: runtimeError(cause).reason }, [])
      )
    }
    case "close":
      return runtime.close().then(() => post({ kind: "closed" }, []))
  }
}
