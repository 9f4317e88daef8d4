import fc from "fast-check"
import { expect, it } from "vitest"
import { areaAverage, type PlaneSize } from "../../../src/volume/index.ts"

const side = fc.integer({ min: 1, max: 24 })
const size: fc.Arbitrary<PlaneSize> = fc.tuple(side, side)
const plane = size.chain(([height, width]) =>
  fc
    .int16Array({ minLength: height * width, maxLength: height * width })
    .map((pixels) => ({ size: [height, width] as const, pixels }))
)
const mean = (pixels: ArrayLike<number>) => Array.from(pixels).reduce((sum, p) => sum + p, 0) / pixels.length

it("the mean of a plane stays what it was", () => {
  fc.assert(
    fc.property(plane, size, ({ size: from, pixels }, to) => {
      expect([mean(areaAverage(from, to)(pixels))]).toBeAllclose([mean(pixels)], { absolute: 0.01 })
    })
  )
})

it("agrees with the area integral, computed pixel by pixel", () => {
  const overlap = (i: number, from: number, o: number, to: number) =>
    Math.max(0, Math.min((i + 1) / from, (o + 1) / to) - Math.max(i / from, o / to)) * to
  fc.assert(
    fc.property(plane, size, ({ size: [h, w], pixels }, [height, width]) => {
      const found = areaAverage([h, w], [height, width])(pixels)
      const expected = Float64Array.from(found, (_, o) => {
        let sum = 0
        for (let i = 0; i < pixels.length; i++) {
          const rows = overlap(Math.floor(i / w), h, Math.floor(o / width), height)
          sum += pixels[i] * rows * overlap(i % w, w, o % width, width)
        }
        return sum
      })
      expect(found).toBeAllclose(expected, { absolute: 0.01 })
    })
  )
})
