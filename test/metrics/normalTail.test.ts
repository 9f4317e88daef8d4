import { expect, it } from "vitest"
import { normalTail } from "../../src/metrics/normalTail.ts"

// scipy.stats.norm.sf
it.each([
  [0, 0.5],
  [0.5, 0.3085375387259869],
  [1.96, 0.024997895148220435],
  [2.9999, 0.001350341282954925],
  [3, 0.0013498980316300933],
  [5, 2.866515718791933e-7],
  [10, 7.61985302416047e-24],
  [-1, 0.8413447460685429]
])("the tail beyond %s is scipy's", (z, expected) => {
  expect(Math.abs(normalTail(z) / expected - 1)).toBeLessThan(1e-12)
})
