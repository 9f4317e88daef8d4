import { expect, it } from "vitest"
import { writeIndexedPng } from "../../src/formats/indexedPng.ts"
import { readPng } from "../../src/formats/png.ts"

type Color = readonly [number, number, number, number]

const paletteOf = (length: number): ReadonlyArray<Color> =>
  Array.from({ length }, (_, i) => (i === 0 ? [0, 0, 0, 0] : [i, 255 - i, 7, 255]))

it.each([
  2, 4, 16, 256
])("a picture of %i colours reads back pixel by pixel, at a width that fills no byte", (length) => {
  const palette = paletteOf(length)
  const indices = Uint8Array.from({ length: 7 * 3 }, (_, i) => (i * 5) % length)
  const read = readPng(writeIndexedPng({ width: 7, height: 3, indices, palette }))
  expect([read.width, read.height, read.channels]).toEqual([7, 3, 4])
  expect([...read.data]).toEqual([...indices].flatMap((index) => [...palette[index]]))
})

it("a mask of 256 x 256 takes a few hundred bytes", () => {
  const indices = Uint8Array.from({ length: 65536 }, (_, i) => (Math.hypot((i % 256) - 99, i / 256 - 120) < 30 ? 1 : 0))
  expect(writeIndexedPng({ width: 256, height: 256, indices, palette: paletteOf(2) }).length).toBeLessThan(700)
})

it("refuses what makes no such picture, by name", () => {
  const image = { width: 2, height: 1, indices: Uint8Array.of(0, 1), palette: paletteOf(2) }
  expect(() => writeIndexedPng({ ...image, width: 3 }, "a.png")).toThrow(
    "a.png: 3 x 1 takes 3 indices, but there are 2"
  )
  expect(() => writeIndexedPng({ ...image, palette: [] })).toThrow("1 to 256 colours")
  expect(() => writeIndexedPng({ ...image, indices: Uint8Array.of(0, 2) })).toThrow("has no number 2")
  expect(() => writeIndexedPng({ ...image, palette: [...image.palette].reverse() })).toThrow("must come first")
})

it("a palette without alpha makes a picture without it", () => {
  const palette = [
    [1, 2, 3, 255],
    [4, 5, 6, 255]
  ] as const
  const read = readPng(writeIndexedPng({ width: 2, height: 1, indices: Uint8Array.of(1, 0), palette }))
  expect([read.channels, [...read.data]]).toEqual([3, [4, 5, 6, 1, 2, 3]])
})
