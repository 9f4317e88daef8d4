import { expect, it } from "vitest"
import { agreement, ERROR_COLORS, errorOverlay } from "../../../src/report/pictures/errorOverlay.ts"

it("each pixel is one of four, and is painted as what it is", () => {
  const [truth, prediction] = [Uint8Array.of(0, 1, 0, 2), Uint8Array.of(0, 1, 1, 0)]
  expect([...agreement(truth, prediction)]).toEqual([0, 1, 2, 3])
  const { data } = errorOverlay({ height: 1, width: 4, pixels: Float32Array.of(0.2, 0, 0, 0), truth, prediction })
  const { falseNegative, falsePositive, truePositive } = ERROR_COLORS
  expect([...data]).toEqual([51, 51, 51, ...truePositive, ...falsePositive, ...falseNegative])
})

it("refuses masks of two sizes", () => {
  expect(() => agreement(new Uint8Array(4), new Uint8Array(3))).toThrow(/3/)
})
