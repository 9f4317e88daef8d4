import { expect, it } from "vitest"
import { nearestPixels, ShapeError } from "../../src/volume/index.ts"

it("takes the label at the centre of each new pixel", () => {
  expect(nearestPixels([1, 6], [1, 2])(Uint8Array.of(0, 1, 0, 2, 2, 1))).toEqual(Uint8Array.of(1, 2))
  expect(nearestPixels([2, 1], [4, 1])(Uint8Array.of(1, 2))).toEqual(Uint8Array.of(1, 1, 2, 2))
})

it("enlarging a whole number of times and shrinking back is exact", () => {
  const labels = Uint8Array.from({ length: 35 }, (_, i) => i)
  expect(nearestPixels([15, 21], [5, 7])(nearestPixels([5, 7], [15, 21])(labels))).toEqual(labels)
})

it("a plane of another size is refused", () => {
  expect(() => nearestPixels([2, 2], [1, 1])(new Uint8Array(3))).toThrow(ShapeError)
})
