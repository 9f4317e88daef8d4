import { expect, it } from "vitest"
import { areaAverage, ShapeError } from "../../src/volume/index.ts"

it("halving is the mean of four pixels", () => {
  const pixels = Int16Array.of(1, 3, 10, 10, 5, 7, 10, 14)
  expect(areaAverage([2, 4], [1, 2])(pixels)).toEqual(Float32Array.of(4, 11))
})

it("a third of a line is the mean of three", () => {
  expect(areaAverage([1, 6], [1, 2])(Float32Array.of(1, 2, 3, 4, 5, 9))).toEqual(Float32Array.of(2, 6))
})

it("pixels that are covered in part count by that part", () => {
  // 3 to 2: a pixel and a half each.
  expect(areaAverage([1, 3], [1, 2])(Float32Array.of(3, 6, 9))).toEqual(Float32Array.of(4, 8))
  expect(areaAverage([3, 1], [2, 1])(Float32Array.of(3, 6, 9))).toEqual(Float32Array.of(4, 8))
})

it("the same size is the same picture", () => {
  const pixels = Float32Array.of(0.1, -2.5, 3e5, Number.NaN)
  expect(areaAverage([2, 2], [2, 2])(pixels)).toEqual(pixels)
})

it("writes into a plane that it is given", () => {
  const out = new Float32Array(1)
  expect(areaAverage([2, 2], [1, 1])(Uint8Array.of(1, 2, 3, 6), out)).toBe(out)
  expect(out[0]).toBe(3)
})

it("a plane of another size is refused", () => {
  expect(() => areaAverage([2, 2], [1, 1])(new Float32Array(5))).toThrow(ShapeError)
  expect(() => areaAverage([2, 2], [1, 1])(new Float32Array(4), new Float32Array(2))).toThrow(ShapeError)
})
