import { expect, it } from "vitest"
import { bottleneckSpec, quarter } from "../../src/modules/bottleneck.ts"

it("reduces to a quarter of the channels, rounded down, but to one at least", () => {
  expect([1, 3, 4, 6, 7, 8, 128].map(quarter)).toEqual([1, 1, 1, 1, 1, 2, 32])
  expect(bottleneckSpec(6).reduce.conv.kernel.shape).toEqual([1, 1, 6, 1])
})
