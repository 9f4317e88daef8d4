import { createRequire } from "node:module"
import util from "node:util"
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { Backend } from "../../src/backend/backend.ts"
import { tensorflow } from "../../src/node/tensorflow.ts"

const start = () => Effect.runPromise(Effect.result(Effect.provide(Backend, tensorflow)))

const installed = ["@tensorflow/tfjs-node", "@tensorflow/tfjs-node-gpu"].some((name) => {
  try {
    createRequire(import.meta.url).resolve(name)
    return true
  } catch {
    return false
  }
})

it.skipIf(installed)("says what to install where libtensorflow is not", async () => {
  expect(await start()).toMatchObject({
    _tag: "Failure",
    failure: { _tag: "EngineError", engine: "tensorflow", remedy: expect.stringContaining("npm install") }
  })
})

it.skipIf(!installed)("runs where libtensorflow is installed (not run: it is not)", async () => {
  expect(await start()).toMatchObject({ _tag: "Success" })
})

it("gives back the utilities that tfjs-node needs and newer Node versions lack", async () => {
  await start()
  const { isNullOrUndefined } = util as unknown as { isNullOrUndefined: (value: unknown) => boolean }
  expect([isNullOrUndefined(undefined), isNullOrUndefined(0)]).toEqual([true, false])
})
