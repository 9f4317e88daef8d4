import { getBackend, ones, setBackend } from "@tensorflow/tfjs-core"
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { Backend, disposing, EngineError, tensorsAlive } from "../../src/backend/backend.ts"
import { cpu } from "../../src/backend/engines/cpu.ts"
import { wasm } from "../../src/backend/engines/wasm.ts"
import { tfjsEngine } from "../../src/backend/tfjsEngine.ts"

const run = <A, E>(program: Effect.Effect<A, E, Backend>, layer = wasm) =>
  Effect.runPromise(Effect.provide(program, layer))

it("counts no tensors before any engine has started", () => {
  expect(tensorsAlive()).toBe(0)
})

it("runs on its own engine and puts the former one back", async () => {
  await Effect.runPromise(Effect.provide(Backend, cpu))
  await setBackend("cpu")
  const inside = await run(Effect.flatMap(Backend, (backend) => backend.run(() => [getBackend()])))
  expect([inside, getBackend()]).toEqual([["wasm"], "cpu"])
})

it("frees what a run makes but does not return, also when it throws", async () => {
  const before = tensorsAlive()
  const failing = Effect.flatMap(Backend, (backend) =>
    Effect.flip(
      backend.run(() => {
        ones([3])
        throw new Error("no")
      })
    )
  )
  expect(await run(failing)).toBeInstanceOf(EngineError)
  expect(tensorsAlive()).toBe(before)
})

it("frees scoped tensors on success, failure and interruption", async () => {
  const before = tensorsAlive()
  const make = Effect.flatMap(Backend, (backend) => disposing(backend.run(() => ones([4]))))
  await run(Effect.scoped(make))
  await run(Effect.flip(Effect.scoped(Effect.andThen(make, Effect.fail("no")))))
  await run(Effect.exit(Effect.timeout(Effect.scoped(Effect.andThen(make, Effect.never)), 10)))
  expect(tensorsAlive()).toBe(before)
})

it("two fibres on different engines never mix", async () => {
  const many = (layer: typeof cpu) =>
    Effect.provide(
      Effect.flatMap(Backend, (backend) =>
        Effect.forEach(Array.from({ length: 50 }), () =>
          Effect.tap(
            Effect.map(
              backend.run(() => [getBackend()]),
              ([name]) => name === backend.name
            ),
            () => Effect.yieldNow
          )
        )
      ),
      layer
    )
  const seen = await Effect.runPromise(Effect.all([many(cpu), many(wasm)], { concurrency: 2 }))
  expect(seen.flat().every(Boolean)).toBe(true)
})

it("tells what a function threw from its own failures, which alone have to do with what is installed", async () => {
  const failing = Effect.flatMap(Backend, (backend) =>
    Effect.flip(
      backend.run((): [] => {
        throw new TypeError("boom")
      })
    )
  )
  expect((await run(failing)).message).toBe(
    "engine wasm: the function that it ran threw: boom; look at the network, the loss or whatever else was computed"
  )
})

it("names what to install when an engine's package is absent", async () => {
  const absent = tfjsEngine({
    name: "absent",
    load: () => Promise.reject(new Error("Cannot find package 'absent'")),
    remedy: "npm install absent"
  })
  const error = await run(Effect.void.pipe(Effect.andThen(Backend)), absent).catch((e: unknown) => e)
  expect(String(error)).toMatch(/engine absent: Cannot find package 'absent'; npm install absent/)
})
