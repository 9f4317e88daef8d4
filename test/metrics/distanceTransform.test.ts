import { expect, it } from "vitest"
import { nearestDistances } from "../../src/metrics/index.ts"

it("one seed: the distance to it, axis by axis in the spacing", () => {
  const shape = [4, 3, 2] as const
  const all = Int32Array.from({ length: 24 }, (_, i) => i)
  const found = nearestDistances(Int32Array.of(17), all, shape, [0.5, 0.8, 2.5])
  // 17 is (1, 1, 1).
  const expected = Array.from(all, (i) =>
    Math.hypot(0.5 * ((i % 4) - 1), 0.8 * ((Math.floor(i / 4) % 3) - 1), 2.5 * (Math.floor(i / 12) - 1))
  )
  expect(found).toBeAllclose(expected, { relative: 1e-15 })
})

it("of several seeds the nearest in millimetres counts, not in voxels", () => {
  // (3, 0, 0) is three voxels and 1.5 mm from (0, 0, 0), (0, 0, 1) is one voxel and 2.5 mm.
  const shape = [4, 1, 2] as const
  expect([...nearestDistances(Int32Array.of(3, 4), Int32Array.of(0), shape, [0.5, 1, 2.5])]).toEqual([1.5])
})

it("where two parabolas meet both are as near", () => {
  const shape = [9, 1, 1] as const
  const queries = Int32Array.of(0, 2, 4, 6, 8)
  expect([...nearestDistances(Int32Array.of(0, 8), queries, shape, [1, 1, 1])]).toEqual([0, 2, 4, 2, 0])
})

it("without seeds everything is infinitely far away", () => {
  expect([...nearestDistances(new Int32Array(0), Int32Array.of(0, 1), [2, 1, 1], [1, 1, 1])]).toEqual([
    Infinity,
    Infinity
  ])
})

it("an axis that 16 bits cannot count is refused", () => {
  expect(() => nearestDistances(Int32Array.of(0), Int32Array.of(0), [65535, 1, 1], [1, 1, 1])).toThrow(
    "an axis must be shorter than 65535"
  )
})
