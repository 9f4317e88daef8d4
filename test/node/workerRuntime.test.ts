import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import type { RuntimeBuffer } from "../../src/compile/runtime/runtime.ts"
import { RuntimeError } from "../../src/compile/runtime/runtimeError.ts"
import { workerRuntime } from "../../src/node/workerRuntime.ts"
import { buffer, doubling, failing, HEAVY_DIMS, heavy } from "../support/onnxModels.ts"

const bind = (name: string, buffer: RuntimeBuffer) => ({ name, buffer })

const program = fileURLToPath(new URL("../support/runtimeProcess.ts", import.meta.url))

/** Runs a program that leaves a runtime open; gives how it ended. */
const ended = (...args: ReadonlyArray<string>) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] })
    let output = ""
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk
      })
    }
    child.on("error", reject)
    child.on("close", (code, signal) => resolve({ code, signal, output }))
  })

describe.each(["onnxruntime-node", "onnxruntime-web"] as const)("%s in a worker", (name) => {
  const open = async () => (await workerRuntime({ package: name, threads: 1 })).runtime

  it("carries out commands in their order, whatever is freed meanwhile", async () => {
    const runtime = await open()
    const session = runtime.load(doubling(3))
    let x = buffer(3)
    const data = Float32Array.of(0, 1, 2, 3).subarray(1)
    runtime.write(x, data)
    data.fill(9)
    const first = runtime.read(x)
    for (let i = 0; i < 200; i++) {
      const y = buffer(3)
      runtime.run(session, [bind("x", x)], [bind("y", y)])
      runtime.free([x])
      x = y
      if (i % 20 === 19) runtime.write(x, Float32Array.of(1, 2, 3))
    }
    const last = runtime.read(x)
    runtime.free([x])
    expect(await first).toEqual(Float32Array.of(1, 2, 3))
    expect(await last).toEqual(Float32Array.of(1, 2, 3))
    await expect(runtime.read(x)).rejects.toThrow(/was freed, or never filled/)
    await runtime.close()
  })

  it("tells of what failed when the values are read, and goes on", async () => {
    const runtime = await open()
    const gather = runtime.load(failing(2, 3))
    const broken = runtime.load(Uint8Array.of(1, 2, 3))
    const double = runtime.load(doubling(3))
    const [x, y, z, w] = [buffer(3), buffer(3), buffer(3), buffer(2, 3)]
    const i = { ...buffer(), type: "int32" as const }
    runtime.write(w, new Float32Array(6))
    runtime.write(i, Int32Array.of(100))
    runtime.run(gather, [bind("x", w), bind("i", i)], [bind("y", x)])
    runtime.run(double, [bind("x", x)], [bind("y", y)])
    runtime.run(broken, [bind("x", x)], [bind("y", z)])
    const cause = await runtime.read(y).catch((error: unknown) => error)
    expect(cause).toBeInstanceOf(RuntimeError)
    expect((cause as RuntimeError).reason).toMatch(/out of data bounds, idx=100/)
    await expect(runtime.read(z)).rejects.toThrow(/protobuf parsing failed/)
    const [a, b] = [buffer(3), buffer(3)]
    runtime.write(a, Float32Array.of(1, 2, 3))
    runtime.run(double, [bind("x", a)], [bind("y", b)])
    expect(await runtime.read(b)).toEqual(Float32Array.of(2, 4, 6))
    await runtime.close()
  })

  it("says what runs, and what does not", async () => {
    const { runtime, notices } = await workerRuntime({ package: name, providers: ["quantum"], threads: 2 })
    const last = name === "onnxruntime-node" ? "cpu" : "wasm"
    expect(runtime.description).toMatch(new RegExp(`^ONNX Runtime 1\\.\\d+\\.\\d+ \\(${last}, 2 threads\\)$`))
    expect(notices).toEqual([
      `ONNX Runtime: quantum did not start: no available backend found. ERR: [quantum] backend not found.; ${last} runs instead`
    ])
    await runtime.close()
  })

  it("leaves the thread free while a long run goes on", async () => {
    const runtime = await open()
    const [x, y] = [buffer(...HEAVY_DIMS), buffer(...HEAVY_DIMS)]
    runtime.write(x, new Float32Array(HEAVY_DIMS.reduce((a, b) => a * b)))
    runtime.run(runtime.load(heavy(name === "onnxruntime-node" ? 24 : 6)), [bind("x", x)], [bind("y", y)])
    const began = performance.now()
    let ticks = 0
    const timer = setInterval(() => ticks++, 5)
    await runtime.read(y)
    clearInterval(timer)
    // A thread that waited would count none or one.
    expect(ticks).toBeGreaterThan((performance.now() - began) / 50)
    expect(ticks).toBeGreaterThan(5)
    await runtime.close()
  })

  it("closing rejects what waits and what comes after, and ends the worker", async () => {
    const runtime = await open()
    const x = buffer(3)
    runtime.write(x, new Float32Array(3))
    const waiting = runtime.read(x)
    const closed = runtime.close()
    await expect(waiting).rejects.toThrow("ONNX Runtime: it was closed")
    await closed
    await expect(runtime.read(x)).rejects.toThrow("ONNX Runtime: it was closed")
    runtime.free([x])
    await runtime.close()
  })

  it.each([
    ["with nothing to do", "idle"],
    ["in the middle of a run that nobody waits for", "running"],
    ["in the middle of a run, by process.exit", "exit"],
    ["after closing", "close"]
  ])("lets a program end by itself %s", async (_, ending) => {
    expect(await ended(name, ending)).toEqual({ code: 0, signal: null, output: "1048576\n" })
  })
})

it("a package that is not there is named", async () => {
  await expect(workerRuntime({ package: "onnxruntime-moon" as "onnxruntime-node" })).rejects.toThrow(
    /^ONNX Runtime: onnxruntime-moon did not start: Cannot find package 'onnxruntime-moon'/
  )
})

/** A module in the place of the package: it starts, and then does something on the first run. */
const impostor = (run: string) =>
  `data:text/javascript,${encodeURIComponent(`
    export const env = { versions: { common: "0" }, wasm: {} }
    export class Tensor { constructor(type, data) { this.data = data } }
    const run = async ({ x }) => x.data[0] === 21 ? { y: { data: Float32Array.of(42) } } : ${run}
    export const InferenceSession = { create: async () => ({ run, release: async () => {} }) }
  `)}` as "onnxruntime-node"

it.each([
  [
    "an error",
    'new Promise(() => setImmediate(() => { throw new Error("the roof is on fire") }))',
    /the roof is on fire/
  ],
  ["an end", "process.exit(3)", /its worker ended with code 3/]
])("%s of the worker rejects every read, before and after", async (_, run, message) => {
  const { runtime } = await workerRuntime({ package: impostor(run) })
  const [x, y] = [buffer(1), buffer(1)]
  runtime.write(x, Float32Array.of(1))
  runtime.run(runtime.load(doubling(1)), [bind("x", x)], [bind("y", y)])
  const [first, second] = [runtime.read(y), runtime.read(x)]
  await expect(first).rejects.toThrow(message)
  await expect(second).rejects.toThrow(message)
  await expect(runtime.read(x)).rejects.toThrow(message)
  runtime.write(buffer(1), Float32Array.of(1))
  await runtime.close()
})

it("a package that computes wrongly does not start", async () => {
  const lying = impostor("0").replace("42", "43") as "onnxruntime-node"
  await expect(workerRuntime({ package: lying })).rejects.toThrow(/it computes that 21 \+ 21 = 43/)
})
