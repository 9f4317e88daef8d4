// Runs in the worker that `webRuntime` starts.
import { serveRuntime } from "./serveRuntime.ts"
import { startWeb } from "./startWeb.ts"

const receive = serveRuntime(startWeb, (reply, transfer) => self.postMessage(reply, { transfer }))
self.addEventListener("message", ({ data }) => receive(data))
