import fc from "fast-check"
import { expect, it } from "vitest"
import { errorBoxes, type PixelBox } from "../../../src/report/pictures/boxes.ts"

const plane = fc.tuple(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 16 })).chain(([height, width]) => {
  const mask = fc.array(fc.constantFrom(0, 0, 0, 1), { minLength: height * width, maxLength: height * width })
  return fc.record({ size: fc.constant([height, width] as const), truth: mask, prediction: mask })
})
const options = fc.record({ minArea: fc.constant(1), margin: fc.nat(3), near: fc.nat(5) })

const holds = ({ column, height, row, width }: PixelBox, r: number, c: number) =>
  r >= row && r < row + height && c >= column && c < column + width

it("boxes hold every error, lie within the image and further than `near` from each other", () => {
  fc.assert(
    fc.property(plane, options, ({ prediction, size, truth }, option) => {
      const boxes = errorBoxes(Uint8Array.from(truth), Uint8Array.from(prediction), size, option)
      const [height, width] = size
      truth.forEach((inside, i) => {
        if (inside === prediction[i]) return
        expect(boxes.filter((box) => holds(box, Math.floor(i / width), i % width))).toHaveLength(1)
      })
      for (const [i, a] of boxes.entries()) {
        expect(a.row >= 0 && a.column >= 0 && a.row + a.height <= height && a.column + a.width <= width).toBe(true)
        for (const b of boxes.slice(i + 1)) {
          const across = Math.max(a.column - b.column - b.width, b.column - a.column - a.width)
          const down = Math.max(a.row - b.row - b.height, b.row - a.row - a.height)
          expect(Math.max(across, down)).toBeGreaterThan(option.near)
        }
      }
    })
  )
})
