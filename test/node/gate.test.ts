import { once } from "node:events"
import { Worker } from "node:worker_threads"
import { expect, it } from "vitest"
import { gate, gateMemory } from "../../src/node/gate.ts"

it("work passes, one piece after another, and gives what it gives", async () => {
  const { pass } = gate(gateMemory())
  expect(await pass(async () => 1)).toBe(1)
  await expect(pass(() => Promise.reject(new Error("no")))).rejects.toThrow("no")
  expect(await pass(async () => 2)).toBe(2)
})

it("once shut, nothing begins any more", async () => {
  const memory = gateMemory()
  const { pass, shut } = gate(memory)
  shut()
  let begun = false
  const never = pass(async () => {
    begun = true
  })
  expect(await Promise.race([never, new Promise((resolve) => setTimeout(resolve, 20, "waits"))])).toBe("waits")
  expect(begun).toBe(false)
  shut()
})

it("shutting waits for the other thread's work that has passed", async () => {
  const memory = gateMemory()
  const done = new Int32Array(new SharedArrayBuffer(4))
  const program = `
    const { parentPort, workerData } = require("node:worker_threads")
    import(workerData.file).then(({ gate }) =>
      gate(workerData.memory).pass(async () => {
        parentPort.postMessage("begun")
        await new Promise((resolve) => setTimeout(resolve, 200))
        Atomics.store(workerData.done, 0, 1)
      })
    )
  `
  const file = new URL("../../src/node/gate.ts", import.meta.url).href
  const worker = new Worker(program, { eval: true, workerData: { file, memory, done } })
  await once(worker, "message")
  expect(Atomics.load(done, 0)).toBe(0)
  gate(memory).shut()
  expect(Atomics.load(done, 0)).toBe(1)
  await worker.terminate()
})
