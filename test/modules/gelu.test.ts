import "@tensorflow/tfjs-backend-cpu"
import { tensor1d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { gelu } from "../../src/modules/gelu.ts"

it("is x times the normal distribution function, not its approximation by tanh", () => {
  // Phi(1) = 0.841344746, Phi(-2) = 0.022750132; the form with tanh gives 0.841192 and -0.045402.
  const y = gelu(tensor1d([0, 1, -2, 6])).dataSync()
  expect(y).toBeAllclose([0, 0.841344746, -0.045500264, 6], { absolute: 2e-6, relative: 0 })
})
