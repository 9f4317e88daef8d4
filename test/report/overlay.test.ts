import { expect, it } from "vitest"
import { COLORS, overlay } from "../../src/report/overlay.ts"

const pixel = (data: ArrayLike<number>, i: number) => [data[3 * i], data[3 * i + 1], data[3 * i + 2]]

it("draws what is not marked in gray, clipped to black and white", () => {
  const { data } = overlay({ height: 1, width: 3, pixels: Float32Array.of(-1, 0.5, 2) })
  expect([0, 1, 2].map((i) => pixel(data, i))).toEqual([
    [0, 0, 0],
    [128, 128, 128],
    [255, 255, 255]
  ])
})

it("outlines an area in its full colour and tints its inside", () => {
  const labels = Uint8Array.from({ length: 25 }, (_, i) => (i % 5 > 0 && i % 5 < 4 && i > 4 && i < 20 ? 2 : 0))
  const { data } = overlay({ height: 5, width: 5, pixels: new Float32Array(25), labels }, { opacity: 0.5 })
  expect(pixel(data, 6)).toEqual([...COLORS.tumor])
  expect(pixel(data, 12)).toEqual(COLORS.tumor.map((level) => Math.round(level / 2)))
  expect(pixel(data, 0)).toEqual([0, 0, 0])
})

it("does not take the end of one row for a neighbour of the next", () => {
  const { data } = overlay(
    { height: 2, width: 2, pixels: new Float32Array(4), labels: Uint8Array.of(1, 1, 1, 1) },
    { opacity: 0 }
  )
  expect([...data]).toEqual(Array(12).fill(0))
})
