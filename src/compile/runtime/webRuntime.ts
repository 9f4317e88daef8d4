import type { Reply } from "./messages.ts"
import { remoteRuntime } from "./remoteRuntime.ts"
import type { StartedRuntime } from "./runtime.ts"
import { RuntimeError, runtimeError } from "./runtimeError.ts"
import { startWeb, type WebRuntimeOptions } from "./startWeb.ts"

export type { WebRuntimeOptions } from "./startWeb.ts"

/**
 * onnxruntime-web in a browser, in a worker of its own, so that the page goes on while a graph runs. Where a bundler has
 * not made a file of the worker, or a page may not start one, it runs in the page itself, with a notice. It rejects with a
 * `RuntimeError` where onnxruntime-web cannot be loaded.
 *
 * @example
 * ```ts
 * const { runtime } = await webRuntime({ providers: ["webgpu"], wasmPaths: "/assets/" })
 * ```
 */
export const webRuntime = async (options: WebRuntimeOptions = {}): Promise<StartedRuntime> => {
  try {
    return await inWorker(options)
  } catch (cause) {
    const { reason } = runtimeError(cause)
    const { runtime, notices } = await startWeb(options)
    return {
      runtime,
      notices: [
        ...notices,
        `ONNX Runtime: its worker did not start: ${reason}; it runs in the page, which waits for it`
      ]
    }
  }
}

const inWorker = async (options: WebRuntimeOptions): Promise<StartedRuntime> => {
  // Bundlers look for this very form.
  const worker = new Worker(new URL("./webWorker.js", import.meta.url), { type: "module" })
  const { started, receive, fail } = remoteRuntime<WebRuntimeOptions>(
    {
      post: (command, transferred) => worker.postMessage(command, transferred),
      waiting: () => {},
      end: async () => worker.terminate()
    },
    options
  )
  worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => void receive(data))
  worker.addEventListener("error", ({ message }) => {
    worker.terminate()
    fail(new RuntimeError({ reason: message ?? "its file did not load" }))
  })
  return started
}
