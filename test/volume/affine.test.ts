import { describe, expect, it } from "vitest"
import {
  type Affine,
  apply,
  column,
  compose,
  determinant,
  GeometryError,
  IDENTITY,
  invert,
  scaling,
  spacingOf
} from "../../src/volume/index.ts"

const turned: Affine = [
  [0, -3, 0, 10],
  [2, 0, 0, 20],
  [0, 0, 4, 30],
  [0, 0, 0, 1]
]

it("takes voxel indices to world millimetres", () => {
  expect(apply(turned, [1, 2, 3])).toEqual([4, 22, 42])
})

it("one after the other is the composition, last first", () => {
  const scaled = scaling([2, 2, 2], [1, 1, 1])
  expect(apply(compose(turned, scaled), [1, 2, 3])).toEqual(apply(turned, apply(scaled, [1, 2, 3])))
})

it("the inverse takes every point back", () => {
  expect(apply(invert(turned), [4, 22, 42])).toBeAllclose([1, 2, 3])
  expect(compose(invert(turned), turned).flat()).toBeAllclose(IDENTITY.flat())
})

it("columns are the steps of the axes, their lengths the spacing, and the determinant a voxel's signed volume", () => {
  expect(column(turned, 0)).toEqual([0, 2, 0])
  expect(column(turned, 3)).toEqual([10, 20, 30])
  expect(spacingOf(turned)).toEqual([2, 3, 4])
  expect(determinant(turned)).toBe(24)
  expect(determinant(scaling([-1, 2, 3]))).toBe(-6)
})

describe("there is no inverse", () => {
  it.each([
    ["of an axis without length", scaling([1, 0, 1])],
    [
      "of axes in one plane",
      [
        [1, 2, 0, 0],
        [2, 4, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 1]
      ] as Affine
    ],
    ["of what is not a number", scaling([1, Number.NaN, 1])]
  ])("%s", (_, affine) => {
    expect(() => invert(affine)).toThrow(GeometryError)
    expect(() => invert(affine)).toThrow(/cannot be inverted/)
  })
})
