import * as Effect from "effect/Effect"
import { layerFiles } from "../../src/node/files.ts"
import { Files } from "../../src/stages/files.ts"

// A program for tests: dies in the middle of writing the file that it is given.
const [, , path] = process.argv
const parts = {
  *[Symbol.iterator]() {
    yield new Uint8Array(9)
    process.kill(process.pid, "SIGKILL")
  }
} as unknown as ReadonlyArray<Uint8Array>
await Effect.runPromise(
  Effect.provide(
    Files.use((files) => files.write(path, parts)),
    layerFiles
  )
)
