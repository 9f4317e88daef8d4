import { conv2d, engine, neg, ones, type Tensor, type Tensor4D } from "@tensorflow/tfjs-core"
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { Backend, tensorsAlive } from "../../../src/backend/backend.ts"
import { wasm } from "../../../src/backend/engines/wasm.ts"
import type { WasmBackend } from "../../../src/backend/wasm/compose.ts"

const GIB = 2 ** 30

const failureOf = (f: () => Tensor) =>
  Effect.runPromise(
    Effect.provide(
      Effect.flatMap(Backend, (backend) => Effect.flip(backend.run(f))),
      wasm
    )
  )

const run = (f: () => Tensor) =>
  Effect.runPromise(
    Effect.provide(
      Effect.flatMap(Backend, (backend) => backend.run(f)),
      wasm
    )
  )

const tfjsBackend = () => engine().findBackend("wasm") as WasmBackend

/** Takes memory without touching it, so that no machine must have as much. */
const take = (bytes: number): Tensor =>
  engine().makeTensorFromTensorInfo(tfjsBackend().makeOutput([bytes / 4], "float32"))

it("what does not fit is refused, and the engine goes on", async () => {
  const before = tensorsAlive()
  const taken: Array<Tensor> = []
  const error = await failureOf(() => {
    for (let i = 0; i < 5; i++) taken.push(engine().keep(take(GIB - 2 ** 16)))
    return ones([1])
  })
  expect(taken.length).toBeGreaterThan(2)
  expect(error.message).toMatch(/^engine wasm: out of memory: .* bytes .*; use a smaller batch, image size or width$/)
  for (const tensor of taken) tensor.dispose()
  expect(tensorsAlive()).toBe(before)
  const after = await run(() => neg(ones([2])))
  expect([...(await after.data())]).toEqual([-1, -1])
  after.dispose()
})

it("a kernel that lacks memory ends the engine: the error says so, nothing leaks, and later runs say so too", async () => {
  const before = tensorsAlive()
  const error = await failureOf(() => {
    const [x, filter] = [ones([1, 4, 4, 64]) as Tensor4D, ones([3, 3, 64, 64]) as Tensor4D]
    neg(ones([8]))
    // All but small pieces, which its result fits into and what it needs meanwhile does not.
    for (let bytes = GIB; bytes > 2 ** 15; bytes /= 2) {
      try {
        for (;;) take(bytes)
      } catch {}
    }
    return conv2d(x, filter, 1, "same")
  })
  const advice = /cannot go on in this process; start again with a smaller batch/
  expect(error.cause).toBeInstanceOf(WebAssembly.RuntimeError)
  expect(error.message).toMatch(advice)
  expect(tensorsAlive()).toBe(before)
  expect(engine().state.scopeStack).toHaveLength(0)
  expect((await failureOf(() => ones([1]))).message).toMatch(advice)
})
