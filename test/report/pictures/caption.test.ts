import { expect, it } from "vitest"
import { blank, colorAt, WHITE } from "../../../src/report/pictures/canvas.ts"
import { withCaption } from "../../../src/report/pictures/caption.ts"

const picture = blank(60, 10, [9, 9, 9])
const darkRows = (text: string) => {
  const { data, height, width } = withCaption(picture, text)
  return Array.from({ length: height - 10 }, (_, row) =>
    data.subarray(3 * width * (row + 10), 3 * width * (row + 11)).some((value) => value < 128)
  )
}

it("stands below the picture, which stays as it is", () => {
  const captioned = withCaption(picture, "phantoms")
  expect(captioned.width).toBe(60)
  expect(colorAt(captioned, 0)).toEqual([9, 9, 9])
  expect(colorAt(captioned, captioned.width * captioned.height - 1)).toEqual(WHITE)
  expect(darkRows("phantoms")).toContain(true)
})

it("breaks where the picture ends", () => {
  const lines = (text: string) => darkRows(text).filter((dark, i, all) => dark && all[i - 1] !== true).length
  expect(lines("HH HHHH")).toBe(1)
  expect(lines("HHHH HHHH")).toBe(2)
  expect(lines("HHHHHHHHHHHHHHHHHHHH")).toBe(3)
})

it("without a text there is nothing below", () => {
  expect(withCaption(picture, "").height).toBe(10)
})
