// Runs in the workers that `phantomWorkers` starts.
import { type MessagePort, parentPort } from "node:worker_threads"
import { makePhantom, type PhantomOrder } from "../stages/phantomMaker.ts"

const port = parentPort as MessagePort
port.on("message", (order: PhantomOrder) => {
  const files = makePhantom(order)
  port.postMessage(
    files,
    files.map(({ bytes }) => bytes.buffer)
  )
})
