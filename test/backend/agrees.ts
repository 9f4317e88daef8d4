import { expect } from "vitest"
import type { Outcome } from "./conformance.ts"

/** One engine's outcome against the reference's, and its gradient against numeric differences. */
export const agrees = (found: Outcome, expected: Outcome): void => {
  expect(found.leaked).toBe(0)
  expect(found.value).toBeAllclose(expected.value, { relative: 2e-5 })
  for (const [i, gradient] of expected.gradients.entries()) {
    expect(found.gradients[i]).toBeAllclose(gradient, { relative: 2e-5 })
  }
  const [byGradient, byDifference] = found.derivative
  const size = Math.sqrt(found.gradients.flat().reduce((total, slope) => total + slope ** 2, 0))
  expect(Math.abs(byGradient - byDifference)).toBeLessThan(0.02 * size)
}
