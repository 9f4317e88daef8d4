import { expect, it } from "vitest"
import { BLACK, blank, type Canvas, outlineRectangle, putText, WHITE } from "../../../src/report/pictures/canvas.ts"

const rows = ({ data, height, width }: Canvas) =>
  Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => (data[3 * (y * width + x)] === 0 ? "#" : ".")).join("")
  )

it("an outline is drawn inside its rectangle, and cut at the edge", () => {
  const canvas = blank(5, 4, WHITE)
  outlineRectangle(canvas, { left: 1, top: 1, width: 3, height: 3 }, BLACK, { thickness: 1 })
  expect(rows(canvas)).toEqual([".....", ".###.", ".#.#.", ".###."])
  outlineRectangle(canvas, { left: -2, top: -2, width: 4, height: 3 }, BLACK, { thickness: 1 })
  expect(rows(canvas)).toEqual(["##...", ".###.", ".#.#.", ".###."])
})

it("dashes leave gaps", () => {
  const canvas = blank(8, 1, WHITE)
  outlineRectangle(canvas, { left: 0, top: 0, width: 8, height: 1 }, BLACK, { thickness: 1, dash: 2 })
  expect(rows(canvas)).toEqual(["##..##.."])
})

it("text is painted at its scale, and cut at the edge", () => {
  const canvas = blank(8, 8, WHITE)
  putText(canvas, "|.", 0, 0, { color: BLACK, scale: 2 })
  expect(rows(canvas)).toEqual(Array(8).fill("....##.."))
})

it("a rim surrounds letters by one pixel", () => {
  const canvas = blank(7, 9, WHITE)
  putText(canvas, "|", 1, 1, { color: WHITE, rim: BLACK })
  expect(rows(canvas)).toEqual(["..###..", ...Array(7).fill("..#.#.."), "..###.."])
})
