import { expect, it } from "vitest"
import { errorBoxes, variantBoxes } from "../../../src/report/pictures/boxes.ts"

const SIZE = [20, 30] as const
const mask = (...rectangles: ReadonlyArray<readonly [row: number, column: number, height: number, width: number]>) =>
  Uint8Array.from({ length: 600 }, (_, i) => {
    const [row, column] = [Math.floor(i / 30), i % 30]
    return rectangles.some(([r, c, h, w]) => row >= r && row < r + h && column >= c && column < c + w) ? 1 : 0
  })

it("a box around a missed lesion and one around a false mark, in the order of their rows", () => {
  expect(errorBoxes(mask([2, 3, 4, 5]), mask([14, 20, 2, 3]), SIZE)).toEqual([
    { row: 1, column: 2, height: 6, width: 7 },
    { row: 13, column: 19, height: 4, width: 5 }
  ])
})

it("lesions close to each other have each its box, found ones have none", () => {
  const [first, second, third] = [
    [2, 2, 4, 4],
    [2, 7, 4, 4],
    [7, 2, 4, 4]
  ] as const
  expect(errorBoxes(mask(first, second, third), mask(second), SIZE, { margin: 0 })).toEqual([
    { row: 2, column: 2, height: 4, width: 4 },
    { row: 7, column: 2, height: 4, width: 4 }
  ])
})

it("a border that is off by one or two pixels is no error", () => {
  const lesion = mask([6, 8, 8, 8])
  for (const off of [1, 2]) {
    const [larger, smaller] = [off, -off].map((by) => mask([6 - by, 8 - by, 8 + 2 * by, 8 + 2 * by]))
    for (const other of [larger, smaller]) expect(errorBoxes(lesion, other, SIZE), `${off} pixels`).toEqual([])
  }
})

it("of a lesion that is found in part the missed part has a box, where it is a quarter at least", () => {
  const lesion = mask([4, 4, 8, 16])
  expect(errorBoxes(lesion, mask([4, 4, 8, 12]), SIZE, { margin: 0 })).toEqual([
    { row: 4, column: 16, height: 8, width: 4 }
  ])
  expect(errorBoxes(lesion, mask([4, 4, 8, 13]), SIZE)).toEqual([])
  expect(errorBoxes(lesion, mask([4, 4, 8, 13]), SIZE, { margin: 0, share: 0.1 })).toEqual([
    { row: 4, column: 17, height: 8, width: 3 }
  ])
})

it("areas below the least are left out", () => {
  expect(errorBoxes(mask(), mask([2, 3, 1, 3]), SIZE)).toEqual([])
  expect(errorBoxes(mask(), mask([2, 3, 1, 3]), SIZE, { minArea: 3, margin: 0 })).toEqual([
    { row: 2, column: 3, height: 1, width: 3 }
  ])
})

it("boxes of a slice with four times the pixels a side are four times as large", () => {
  const [small, large] = [1, 4].map((times) => {
    const side = 128 * times
    const [first, last] = [20 * times, 30 * times]
    const inside = (at: number) => at >= first && at < last
    const truth = Uint8Array.from({ length: side * side }, (_, i) =>
      inside(Math.floor(i / side)) && inside(i % side) ? 1 : 0
    )
    return errorBoxes(truth, new Uint8Array(side * side), [side, side])
  })
  const grown = small.map((box) => Object.fromEntries(Object.entries(box).map(([name, value]) => [name, 4 * value])))
  expect(large).toEqual(grown)
})

it("variants differ where one marks what any other misses, whatever numbers stand for inside", () => {
  const [a, b] = [mask([5, 5, 4, 4]), mask([5, 5, 4, 4]).map((value) => 2 * value)]
  expect(variantBoxes([a, b], SIZE)).toEqual([])
  expect(variantBoxes([a, b, mask()], SIZE, { margin: 0 })).toEqual([{ row: 5, column: 5, height: 4, width: 4 }])
  expect(variantBoxes([], SIZE)).toEqual([])
})

it("refuses masks of another size", () => {
  expect(() => errorBoxes(mask(), new Uint8Array(5), SIZE)).toThrow(/5/)
})
