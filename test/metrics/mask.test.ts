import { expect, it } from "vitest"
import { maskOf, sliceMask, surfaceDistances } from "../../src/metrics/index.ts"
import { drawing } from "../support/masks.ts"

const labels = { kind: "labels", voxels: Uint8Array.of(0, 1, 2, 1), shape: [4, 1, 1], spacing: [1, 2, 3] } as const

it("a target picks its labels, and the spacing stays", () => {
  expect([...maskOf(labels, "tumor").voxels]).toEqual([0, 0, 1, 0])
  expect([...maskOf(labels, "liver").voxels]).toEqual([0, 1, 0, 1])
  expect([...maskOf(labels, "wholeLiver").voxels]).toEqual([0, 1, 1, 1])
  expect(maskOf(labels, "liver").spacing).toEqual([1, 2, 3])
})

it("a slice's spacing is turned from rows and columns to x and y", () => {
  const slice = { height: 2, width: 3, spacing: [0.8, 0.5] } as const
  const mask = sliceMask(slice, Uint8Array.of(1, 0, 0, 0, 0, 0))
  expect(mask.shape).toEqual([3, 2])
  const corner = sliceMask(slice, Uint8Array.of(0, 0, 0, 0, 0, 1))
  const { fromReference } = surfaceDistances(mask, corner, { surface: 4 })
  expect(fromReference.distances[0]).toBeCloseTo(Math.hypot(0.8, 2 * 0.5), 12)
})

it("a spacing that is not positive, or not of the mask's dimensions, is refused", () => {
  const mask = drawing(["#."])
  for (const spacing of [
    [1, 0],
    [1, Number.NaN],
    [1, -1],
    [1, 1, 1]
  ] as const) {
    expect(() => surfaceDistances({ ...mask, spacing }, mask, { surface: 4 })).toThrow("2 positive numbers are needed")
  }
})

it("a neighbourhood of another number of dimensions is refused", () => {
  const mask = drawing(["#."])
  expect(() => surfaceDistances(mask, mask, { surface: 18 })).toThrow(
    "the 18-neighbourhood: a 2-D mask has 4 or 8 neighbours"
  )
})
