import fc from "fast-check"
import { expect, it } from "vitest"
import { capsule, ellipsoid, roundMax, type Solid } from "../../../src/phantom/solid.ts"
import type { Vec3 } from "../../../src/volume/index.ts"

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const points: fc.Arbitrary<Vec3> = fc.tuple(number(-60, 60), number(-60, 60), number(-60, 60))
const radii: fc.Arbitrary<Vec3> = fc.tuple(number(2, 30), number(2, 30), number(2, 30))
const solids: fc.Arbitrary<Solid> = fc.oneof(
  fc.tuple(points, points, number(1, 20), number(1, 20)).map((parts) => capsule(...parts)),
  fc
    .tuple(points, radii, number(-3, 3), fc.tuple(number(-1, 1), number(-1, 1)))
    .map(([center, size, turn, lean]) => ellipsoid(center, size, { turn, lean }))
)

it("what is inside a solid is inside its bounds", () => {
  fc.assert(
    fc.property(solids, fc.array(points, { minLength: 20, maxLength: 20 }), ({ bounds, distance }, tries) => {
      for (const point of tries) {
        if (distance(...point) >= 0) continue
        point.forEach((c, axis) => {
          expect(c).toBeGreaterThanOrEqual(bounds.low[axis] - 1e-9)
          expect(c).toBeLessThanOrEqual(bounds.high[axis] + 1e-9)
        })
      }
    })
  )
})

it("an even capsule's distance is that of the nearest of its spheres", () => {
  fc.assert(
    fc.property(points, points, points, number(1, 20), (from, to, point, radius) => {
      const spheres = Array.from({ length: 2001 }, (_, n) =>
        Math.hypot(...point.map((c, axis) => c - from[axis] - (to[axis] - from[axis]) * (n / 2000)))
      )
      const found = capsule(from, to, radius, radius).distance(...point)
      expect(found).toBeCloseTo(Math.min(...spheres) - radius, 0)
    })
  )
})

it("a rounded maximum is symmetric and exceeds the sharp one by at most a quarter of its radius", () => {
  fc.assert(
    fc.property(number(-50, 50), number(-50, 50), number(0.1, 20), (a, b, radius) => {
      const found = roundMax(a, b, radius)
      expect(found).toBe(roundMax(b, a, radius))
      expect(found).toBeGreaterThanOrEqual(Math.max(a, b))
      expect(found).toBeLessThanOrEqual(Math.max(a, b) + radius / 4 + 1e-9)
    })
  )
})
