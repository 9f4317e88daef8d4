import { setBackend } from "@tensorflow/tfjs-core"
import * as Effect from "effect/Effect"
import { describe, it } from "vitest"
import { Backend } from "../../src/backend/backend.ts"
import { cpu } from "../../src/backend/engines/cpu.ts"
import { wasm } from "../../src/backend/engines/wasm.ts"
import { makeCompiler } from "../../src/compile/compiler.ts"
import { testRuntime } from "../support/compiled/runtime.ts"
import { agrees } from "./agrees.ts"
import { cases, computeAll } from "./conformance.ts"

const start = async (layer: typeof cpu) => {
  const name = await Effect.runPromise(
    Effect.provide(
      Effect.map(Backend, (backend) => backend.name),
      layer
    )
  )
  await setBackend(name)
}

await start(cpu)
const expected = await computeAll()

describe("the wasm engine computes what the cpu engine does", async () => {
  await start(wasm)
  const found = await computeAll()
  it.each(cases.map((one, i) => [one.name, i] as const))("%s", (_, i) => agrees(found[i], expected[i]))
})

describe("the compiled engine computes what the cpu engine does", async () => {
  await start(cpu)
  const runtime = testRuntime()
  const { run, dispose } = makeCompiler(runtime)
  const found = await computeAll(run)
  dispose()
  await runtime.close()
  it.each(cases.map((one, i) => [one.name, i] as const))("%s", (_, i) => agrees(found[i], expected[i]))
})
