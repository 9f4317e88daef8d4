import fc from "fast-check"
import { it } from "vitest"
import { testRuntime } from "../../../support/compiled/runtime.ts"
import { expectAgreement } from "../../../support/compiled/trial.ts"
import type { Ops } from "./arbitraries.ts"

/** Tests that ops and their gradients compute what the cpu engine does, all in one graph, whatever lies how. */
export const agreesInOneGraph = (name: string, ops: Ops, numRuns = 6): void => {
  it(`${name} compute what the cpu engine does, and their gradients`, { timeout: 120_000 }, async () => {
    const runtime = testRuntime()
    const options = fc.record({ seed: fc.nat(), contrib: fc.boolean(), rewritten: fc.boolean() })
    const law = fc.asyncProperty(fc.tuple(...ops), options, (all, how) => expectAgreement(runtime, all, how))
    const { errorInstance } = await fc.check(law, { numRuns, seed: 1, endOnFailure: true })
    await runtime.close()
    // The counterexample would list all ops; the error names the one.
    if (errorInstance !== undefined && errorInstance !== null) throw errorInstance
  })
}
