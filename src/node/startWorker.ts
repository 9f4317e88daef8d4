import { Worker, type WorkerOptions } from "node:worker_threads"

const SUFFIX = import.meta.url.endsWith(".ts") ? "ts" : "js"

/** Starts a worker of this folder: TypeScript in a checkout, JavaScript in the package. */
export const startWorker = (name: string, options: WorkerOptions = {}): Worker =>
  // Flags of the process, such as those of a loader, are not the worker's business.
  new Worker(new URL(`./${name}.${SUFFIX}`, import.meta.url), { ...options, execArgv: [] })
