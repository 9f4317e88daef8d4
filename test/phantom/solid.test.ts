import { expect, it } from "vitest"
import { capsule, ellipsoid, intersect, roundMax, roundMin, tube } from "../../src/phantom/solid.ts"

it("a sphere's distance is exact inside and out", () => {
  const sphere = ellipsoid([1, 2, 3], [10, 10, 10])
  expect(sphere.distance(1, 2, 18)).toBeCloseTo(5)
  expect(sphere.distance(7, 2, 3)).toBeCloseTo(-4)
  expect(sphere.distance(1, 2, 3)).toBe(-10)
})

it("an ellipsoid's surface is at its radii, turned and leaning as asked", () => {
  const turned = ellipsoid([0, 0, 0], [20, 5, 8], { turn: Math.PI / 2 })
  expect(turned.distance(0, 20, 0)).toBeCloseTo(0)
  expect(turned.distance(5, 0, 0)).toBeCloseTo(0)
  const leaning = ellipsoid([0, 0, 0], [5, 5, 10], { lean: [0.5, -0.2] })
  expect(leaning.distance(5, -2, 10)).toBeCloseTo(0)
})

it("a capsule is round at its ends and as thick as asked between them", () => {
  const rod = capsule([0, 0, 0], [10, 0, 0], 2, 4)
  expect(rod.distance(-5, 0, 0)).toBeCloseTo(3)
  expect(rod.distance(13, 4, 0)).toBeCloseTo(1)
  expect(rod.distance(5, 3, 0)).toBeCloseTo(0)
})

it("a tube has one rod between each two points", () => {
  const rods = tube([
    [[0, 0, 0], 1],
    [[10, 0, 0], 2],
    [[10, 10, 0], 3]
  ])
  expect(rods).toHaveLength(2)
  expect(rods[1].distance(10, 10, 5)).toBeCloseTo(2)
})

it("rounded unions and intersections differ from sharp ones only near their corner", () => {
  expect(roundMax(5, -5, 4)).toBe(5)
  expect(roundMin(5, -5, 4)).toBe(-5)
  expect(roundMax(1, 1, 4)).toBe(2)
  expect(roundMin(1, 1, 4)).toBeCloseTo(0)
})

it("an intersection is what both shapes hold", () => {
  const half = intersect(ellipsoid([0, 0, 0], [10, 10, 10]), (x) => -x, 1)
  expect(half.distance(5, 0, 0)).toBeLessThan(0)
  expect(half.distance(-5, 0, 0)).toBeCloseTo(5)
})
