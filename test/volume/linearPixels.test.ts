import { expect, it } from "vitest"
import { linearPixels, ShapeError } from "../../src/volume/index.ts"

it("interpolates between pixel centres and keeps the edges", () => {
  expect(linearPixels([1, 2], [1, 4])(Float32Array.of(0, 1))).toEqual(Float32Array.of(0, 0.25, 0.75, 1))
  expect(linearPixels([2, 1], [4, 1])(Float32Array.of(0, 1))).toEqual(Float32Array.of(0, 0.25, 0.75, 1))
})

it("the same size is the same picture", () => {
  const pixels = Float32Array.of(1, 2, 3, 4, 5, 6)
  expect(linearPixels([2, 3], [2, 3])(pixels)).toEqual(pixels)
})

it("a plane of another size is refused", () => {
  expect(() => linearPixels([2, 2], [4, 4])(new Float32Array(5))).toThrow(ShapeError)
})
