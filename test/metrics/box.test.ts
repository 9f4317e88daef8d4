import { expect, it } from "vitest"
import { boundingBox, unionBox } from "../../src/metrics/box.ts"
import { boxMask, drawing } from "../support/masks.ts"

it("the box of a mask holds it and nothing more", () => {
  expect(boundingBox(boxMask([7, 6, 5], [2, 1, 3], [6, 2, 5]))).toEqual({ lower: [2, 1, 3], shape: [4, 1, 2] })
})

it("rows that start early and rows that end late both count", () => {
  expect(boundingBox(drawing(["......", "..#...", ".....#", "#....."]))).toEqual({ lower: [0, 1, 0], shape: [6, 3, 1] })
})

it("an empty mask has no box", () => {
  expect(boundingBox(drawing(["...", "..."]))).toBeUndefined()
  expect(unionBox(undefined, { lower: [1, 1, 1], shape: [1, 1, 1] })).toEqual({ lower: [1, 1, 1], shape: [1, 1, 1] })
})

it("the box of two boxes reaches to the farther ends", () => {
  const [a, b] = [
    { lower: [1, 5, 0], shape: [2, 2, 4] },
    { lower: [2, 0, 1], shape: [9, 3, 1] }
  ] as const
  expect(unionBox(a, b)).toEqual({ lower: [1, 0, 0], shape: [10, 7, 4] })
})
