import { expect, it } from "vitest"
import { smoothField } from "../../src/phantom/field.ts"
import type { Box } from "../../src/phantom/solid.ts"
import { key } from "../../src/random/index.ts"

const box: Box = { low: [-50, -40, -30], high: [50, 40, 30] }
const axis = (low: number, high: number, step: number) =>
  Float64Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) => low + i * step)

it("a plane holds the values of its points", () => {
  const field = smoothField(key(1), box, 12)
  const [xs, ys] = [axis(-50, 50, 7), axis(40, -40, -9)]
  const plane = new Float32Array(xs.length * ys.length)
  field.plane(xs, ys, 4.5, plane)
  const points = Array.from(ys, (y) => Array.from(xs, (x) => field.at(x, y, 4.5))).flat()
  expect(plane).toBeAllclose(points)
})

it("has mean 0 and variance 1", () => {
  const field = smoothField(key(2), box, 2)
  const values = [...axis(-50, 50, 3)].flatMap((x) =>
    [...axis(-40, 40, 3)].flatMap((y) => [...axis(-30, 30, 3)].map((z) => field.at(x, y, z)))
  )
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length
  expect(mean).toBeCloseTo(0, 1)
  expect(variance).toBeCloseTo(1, 1)
})

it("is smooth: a step of a hundredth of the lattice changes it by a few hundredths at most", () => {
  const field = smoothField(key(3), box, 20)
  for (const x of axis(-49, 49, 1)) expect(Math.abs(field.at(x + 0.2, 3, 5) - field.at(x, 3, 5))).toBeLessThan(0.06)
})
