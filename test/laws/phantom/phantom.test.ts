import fc from "fast-check"
import { expect, it } from "vitest"
import { phantomCase } from "../../../src/phantom/index.ts"
import { apply, orientationOf, type Vec3 } from "../../../src/volume/index.ts"

const size = fc.integer({ min: 1, max: 24 })
const shapes: fc.Arbitrary<Vec3> = fc.tuple(size, size, size)
const seeds = fc.integer({ min: -1e9, max: 1e9 })

it("any seed, index and shape give a whole case on one grid, and the same again", () => {
  fc.assert(
    fc.property(seeds, fc.nat(1000), shapes, (seed, index, shape) => {
      const made = phantomCase(seed, index, { shape })
      const count = shape[0] * shape[1] * shape[2]
      expect(made.image.voxels).toHaveLength(count)
      expect(made.labels.voxels).toHaveLength(count)
      expect(made.labels.affine).toEqual(made.image.affine)
      expect(orientationOf(made.image.affine)).toBe(made.scan.code)
      const last: Vec3 = [shape[0] - 1, shape[1] - 1, shape[2] - 1]
      expect(apply(made.image.affine, last).every(Number.isFinite)).toBe(true)
      expect(made.tumors.length).toBeLessThanOrEqual(8)
      expect(phantomCase(seed, index, { shape })).toEqual(made)
    }),
    { numRuns: 12 }
  )
})
