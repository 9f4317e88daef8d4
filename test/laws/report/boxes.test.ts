import fc from "fast-check"
import { expect, it } from "vitest"
import { errorBoxes, type PixelBox } from "../../../src/report/pictures/boxes.ts"

const plane = fc.tuple(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 16 })).chain(([height, width]) => {
  const mask = fc.array(fc.constantFrom(0, 0, 0, 1), { minLength: height * width, maxLength: height * width })
  return fc.record({ size: fc.constant([height, width] as const), truth: mask, prediction: mask })
})
const holds = ({ column, height, row, width }: PixelBox, r: number, c: number) =>
  r >= row && r < row + height && c >= column && c < column + width

it("with no rim and no least share boxes hold every error, each in one, and do not overlap", () => {
  const every = { minArea: 1, margin: 0, rim: 0, share: 0 }
  fc.assert(
    fc.property(plane, ({ prediction, size, truth }) => {
      const boxes = errorBoxes(Uint8Array.from(truth), Uint8Array.from(prediction), size, every)
      truth.forEach((inside, i) => {
        const around = boxes.filter((box) => holds(box, Math.floor(i / size[1]), i % size[1]))
        expect(around.length).toBeLessThanOrEqual(1)
        if (inside !== prediction[i]) expect(around).toHaveLength(1)
      })
    })
  )
})

it("boxes lie within the image, whatever the margin", () => {
  fc.assert(
    fc.property(plane, fc.nat(20), ({ prediction, size: [height, width], truth }, margin) => {
      const size = [height, width] as const
      for (const box of errorBoxes(Uint8Array.from(truth), Uint8Array.from(prediction), size, { margin, minArea: 1 })) {
        expect(box.row >= 0 && box.column >= 0).toBe(true)
        expect(box.row + box.height <= height && box.column + box.width <= width).toBe(true)
      }
    })
  )
})
