import { expect, it } from "vitest"
import { errorBoxes, variantBoxes } from "../../../src/report/pictures/boxes.ts"

const SIZE = [20, 30] as const
const mask = (...rectangles: ReadonlyArray<readonly [row: number, column: number, height: number, width: number]>) =>
  Uint8Array.from({ length: 600 }, (_, i) => {
    const [row, column] = [Math.floor(i / 30), i % 30]
    return rectangles.some(([r, c, h, w]) => row >= r && row < r + h && column >= c && column < c + w) ? 1 : 0
  })

it("a box around what was missed and one around what is too much, in the order of their rows", () => {
  const boxes = errorBoxes(mask([2, 3, 4, 5]), mask([14, 20, 2, 3]), SIZE, { margin: 1 })
  expect(boxes).toEqual([
    { row: 1, column: 2, height: 6, width: 7 },
    { row: 13, column: 19, height: 4, width: 5 }
  ])
})

it("what both mark is no error, and areas below the least are none", () => {
  expect(errorBoxes(mask([2, 3, 4, 5]), mask([2, 3, 4, 5]), SIZE)).toEqual([])
  expect(errorBoxes(mask(), mask([2, 3, 1, 3]), SIZE)).toEqual([])
  expect(errorBoxes(mask(), mask([2, 3, 1, 3]), SIZE, { minArea: 3, margin: 0 })).toEqual([
    { row: 2, column: 3, height: 1, width: 3 }
  ])
})

it("near boxes become one, and that one takes in what is near to it", () => {
  const three = mask([2, 2, 2, 2], [2, 20, 2, 2], [3, 6, 2, 12])
  expect(errorBoxes(mask(), three, SIZE, { margin: 0, near: 2 })).toEqual([{ row: 2, column: 2, height: 3, width: 20 }])
  expect(errorBoxes(mask(), three, SIZE, { margin: 0, near: 1 })).toHaveLength(3)
})

it("three variants differ where any does, whatever numbers stand for inside", () => {
  const [a, b] = [mask([5, 5, 4, 4]), mask([5, 5, 4, 4]).map((value) => 2 * value)]
  expect(variantBoxes([a, b], SIZE)).toEqual([])
  expect(variantBoxes([a, b, mask()], SIZE, { margin: 0 })).toEqual([{ row: 5, column: 5, height: 4, width: 4 }])
  expect(variantBoxes([], SIZE)).toEqual([])
})

it("refuses masks of another size", () => {
  expect(() => errorBoxes(mask(), new Uint8Array(5), SIZE)).toThrow(/5/)
})
