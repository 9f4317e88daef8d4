import { setBackend } from "@tensorflow/tfjs-core"
import { afterAll, beforeAll } from "vitest"
import { type Compiler, makeCompiler } from "../../../src/compile/compiler.ts"
import { testRuntime } from "./runtime.ts"

/** A compiler for the tests of a file, beside the cpu engine; it is gone after them. */
export const testCompiler = (): Compiler => {
  const runtime = testRuntime()
  const compiler = makeCompiler(runtime)
  beforeAll(async () => {
    await setBackend("cpu")
  })
  afterAll(async () => {
    compiler.dispose()
    await runtime.close()
  })
  return compiler
}
