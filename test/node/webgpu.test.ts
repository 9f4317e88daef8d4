import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { Backend } from "../../src/backend/backend.ts"
import { webgpu } from "../../src/node/webgpu.ts"

it("starts, or says in one error what it needs", async () => {
  const started = await Effect.runPromise(Effect.result(Effect.provide(Backend, webgpu)))
  if (started._tag === "Success") expect(started.success.name).toBe("webgpu")
  else {
    expect(started.failure).toMatchObject({ _tag: "EngineError", engine: "webgpu" })
    expect(started.failure.message).toMatch(/npm install webgpu/)
  }
})
