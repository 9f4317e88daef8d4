import fc from "fast-check"
import { expect, it } from "vitest"
import { vec3 } from "../../../src/metrics/box.ts"
import { nearestDistances } from "../../../src/metrics/index.ts"
import { insideOf, placeOf, volumePairs } from "../../support/randomMasks.ts"

it("the nearest distance is the least of all distances", () => {
  fc.assert(
    fc.property(volumePairs, ({ reference, prediction }) => {
      const { shape, spacing } = reference
      const [seeds, queries] = [insideOf(reference), insideOf(prediction)]
      const found = nearestDistances(Int32Array.from(seeds), Int32Array.from(queries), vec3(shape), vec3(spacing))
      const apart = (i: number, j: number) =>
        Math.hypot(...placeOf(i, shape).map((p, axis) => (p - placeOf(j, shape)[axis]) * spacing[axis]))
      const expected = queries.map((q) => Math.min(Infinity, ...seeds.map((seed) => apart(seed, q))))
      expect(found).toHaveLength(expected.length)
      expected.forEach((distance, i) => {
        if (distance === Infinity) expect(found[i]).toBe(Infinity)
        else expect(Math.abs(found[i] - distance)).toBeLessThanOrEqual(1e-12 * distance)
      })
    }),
    { numRuns: 200 }
  )
})

it("long lines with few seeds: the envelope is that of a search", () => {
  const line = fc.uniqueArray(fc.integer({ min: 0, max: 199 }), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(line, fc.nat(2), fc.double({ min: 0.1, max: 9, noNaN: true }), (seeds, axis, spacing) => {
      const shape = [0, 1, 2].map((a) => (a === axis ? 200 : 1))
      const all = Int32Array.from({ length: 200 }, (_, i) => i)
      const found = nearestDistances(Int32Array.from(seeds), all, vec3(shape as never), [spacing, spacing, spacing])
      const expected = Array.from(all, (i) => Math.min(...seeds.map((seed) => Math.abs(seed - i) * spacing)))
      expect(found).toBeAllclose(expected, { relative: 1e-13 })
    })
  )
})
