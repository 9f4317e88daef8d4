import { neg, type Tensor1D, tensor1d, where } from "@tensorflow/tfjs-core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { expect, it } from "vitest"
import { Backend, EngineError, tensorsAlive } from "../../src/backend/backend.ts"
import { type CompiledEngine, compiledEngine } from "../../src/backend/compiledEngine.ts"
import { cpu } from "../../src/backend/engines/cpu.ts"
import { RuntimeError } from "../../src/compile/runtime/runtimeError.ts"
import { testRuntime } from "../support/compiled/runtime.ts"

const absent = () => Promise.reject(new Error("Cannot find package 'onnxruntime-node'"))
const remedy = "install it with: npm install onnxruntime-node"

/** What a program gives on an engine, and what is said meanwhile. */
const on = async <A>(engine: CompiledEngine, program: Effect.Effect<A, EngineError, Backend>) => {
  const said: Array<string> = []
  const listen = Logger.layer([Logger.make(({ message }) => said.push(String(message)))])
  const value = await Effect.runPromise(Effect.provide(program, Layer.provideMerge(compiledEngine(engine), listen)))
  return { value, said }
}

const named = Effect.map(Backend, ({ name }) => name)

it("hands over where it cannot start, and says what to install", async () => {
  const { value, said } = await on({ start: absent, remedy, otherwise: cpu }, named)
  expect(value).toBe("cpu")
  expect(said).toHaveLength(1)
  expect(said[0]).toContain(remedy)
  expect(said[0]).toContain("Cannot find package")
})

it("fails where nothing takes over, with the remedy", async () => {
  const failed = Effect.runPromise(Effect.flip(Effect.provide(named, compiledEngine({ start: absent, remedy }))))
  await expect(failed).resolves.toMatchObject({ _tag: "EngineError", engine: "compiled", remedy })
})

it("says of both why they do not start where nothing is left, and of nothing that would run", async () => {
  const nothing = compiledEngine({ start: () => Promise.reject(new Error("no wasm either")), remedy: "install wasm" })
  const both = Effect.flip(Effect.provide(named, compiledEngine({ start: absent, remedy, otherwise: nothing })))
  const said: Array<string> = []
  const listen = Logger.layer([Logger.make(({ message }) => said.push(String(message)))])
  const { message } = await Effect.runPromise(Effect.provide(both, listen))
  expect(message).toBe(
    `engine compiled: Cannot find package 'onnxruntime-node'; the compiled engine, which would take over: no wasm either; ${remedy}`
  )
  expect(said).toEqual([])
})

it.each([0, -1, 1.5, Number.NaN])("refuses %d threads before it starts, and nothing takes over", async (threads) => {
  let started = 0
  const start = () => {
    started++
    return absent()
  }
  const refused = Effect.flip(Effect.provide(named, compiledEngine({ threads, start, remedy, otherwise: cpu })))
  await expect(Effect.runPromise(refused)).resolves.toMatchObject({
    _tag: "EngineError",
    message: `engine compiled: it cannot have ${threads} threads; give a whole number from 1`
  })
  expect(started).toBe(0)
})

it("passes notices on, computes, and closes its runtime in the end", async () => {
  const runtime = testRuntime()
  let closed = 0
  const watched = {
    ...runtime,
    close: () => {
      closed++
      return runtime.close()
    }
  }
  const before = tensorsAlive()
  const computed = Effect.gen(function* () {
    const backend = yield* Backend
    const minus = backend.prepare((x: Tensor1D) => neg(x))
    const [x, y] = yield* backend.run(() => {
      const x = tensor1d([1, 2])
      return [x, minus(x)] as const
    })
    const values = yield* backend.read(y)
    x.dispose()
    y.dispose()
    expect(closed).toBe(0)
    return [...values]
  })
  const start = async () => ({ runtime: watched, notices: ["cuda did not start; cpu runs instead"] })
  const { value, said } = await on({ start, remedy }, computed as Effect.Effect<Array<number>, EngineError, Backend>)
  expect(value).toEqual([-1, -2])
  expect(said).toEqual(["cuda did not start; cpu runs instead"])
  expect(closed).toBe(1)
  expect(tensorsAlive()).toBe(before)
})

/** The error of what runs on an engine that has started. */
const failureOf = async (f: () => Tensor1D, runtime = testRuntime()): Promise<EngineError> => {
  const start = async () => ({ runtime, notices: [] })
  const failed = Effect.flatMap(Backend, (backend) => Effect.flip(backend.run(f)))
  return (await on({ start, remedy }, failed as unknown as Effect.Effect<EngineError, EngineError, Backend>)).value
}

it("tells what a function threw from what it cannot compile itself, by one name however many there are", async () => {
  const boom = () => {
    throw new TypeError("boom")
  }
  const message = "the function that it ran threw: boom; look at the network, the loss or whatever else was computed"
  expect((await failureOf(boom)).message).toBe(`engine compiled: ${message}`)
  expect((await failureOf(boom)).message).toBe(`engine compiled: ${message}`)
  const mixed = () => where(tensor1d([true, false], "bool"), tensor1d([1, 2]), tensor1d([1, 2], "int32"))
  const refused = await failureOf(mixed)
  expect(refused.cause).toMatchObject({ _tag: "CompileError" })
  expect(refused.message).toBe("engine compiled: Select: it chooses float32 or int32; cast one")
})

it("says of what a runtime fails at that another engine may do it", async () => {
  const load = () => {
    throw new RuntimeError({ reason: "it was closed" })
  }
  const { message } = await failureOf(() => neg(tensor1d([1])), { ...testRuntime(), load })
  expect(message).toBe("engine compiled: ONNX Runtime: it was closed; use the wasm engine instead")
})

it("names what to do when the engine lacks memory", async () => {
  const failed = await failureOf(() => {
    throw new Error("Failed to allocate memory for requested buffer of size 1")
  })
  expect(failed).toBeInstanceOf(EngineError)
  expect(failed.remedy).toMatch(/smaller batch/)
})
