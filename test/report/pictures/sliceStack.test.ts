import { expect, it } from "vitest"
import { readPng } from "../../../src/formats/png.ts"
import { ERROR_COLORS } from "../../../src/report/pictures/errorOverlay.ts"
import { sliceStack } from "../../../src/report/pictures/sliceStack.ts"

const slice = (index: number, truth: ReadonlyArray<number> = [0, 0, 0, 0], prediction = truth) => ({
  index,
  height: 2,
  width: 2,
  pixels: Float32Array.of(0, 0.5, 1, 2),
  spacing: [3, 2] as const,
  truth: Uint8Array.from(truth),
  prediction: Uint8Array.from(prediction)
})

it("keeps slices with a mark first, in their order, and shows the one with the largest truth first", () => {
  const slices = [0, 1, 2, 3, 4, 5, 6].map((i) => slice(i, i === 4 ? [1, 0, 0, 0] : i === 5 ? [1, 1, 0, 0] : undefined))
  const { first, slices: kept } = sliceStack("a", slices, { limit: 3 })
  expect(kept.map(({ label }) => label)).toEqual(["slice 3", "slice 5", "slice 6"])
  expect(first).toBe(2)
})

it("the image is gray in few levels, the layers transparent where they say nothing", () => {
  const { slices } = sliceStack("a", [slice(0, [0, 1, 0, 1], [0, 1, 1, 0])], { levels: 3 })
  expect([...readPng(slices[0].image).data]).toEqual([0, 0, 0, 128, 128, 128, 255, 255, 255, 255, 255, 255])
  const error = readPng(slices[0].error ?? new Uint8Array())
  const pixels = [0, 1, 2, 3].map((i) => [...error.data.slice(4 * i, 4 * i + 4)])
  const { falseNegative, falsePositive, truePositive } = ERROR_COLORS
  expect(pixels.map(([, , , alpha]) => alpha)).toEqual([0, 255, 255, 255])
  expect(pixels.slice(1).map((pixel) => pixel.slice(0, 3))).toEqual([
    [...truePositive],
    [...falsePositive],
    [...falseNegative]
  ])
})

it("knows how wide the slices are in the patient, and how long its scale bar is", () => {
  const { aspect, bar } = sliceStack("a", [{ ...slice(0), spacing: [30, 60] }])
  expect(aspect).toBe(2)
  expect(bar).toEqual({ millimeters: 20, share: 20 / 120 })
})

it("shrinks what is larger than its size, and draws no layer that is not known", () => {
  const large = { index: 0, height: 300, width: 600, pixels: new Float32Array(180_000), spacing: [1, 1] as const }
  const { height, slices, width } = sliceStack("a", [large], { size: 200 })
  expect([width, height]).toEqual([200, 100])
  expect(Object.keys(slices[0])).toEqual(["label", "image"])
})

it("refuses no slices, slices of two sizes, and masks that do not fit, by name", () => {
  expect(() => sliceStack("volume-3", [])).toThrow('the slices of "volume-3": there are none')
  const other = { ...slice(1), height: 1, pixels: new Float32Array(2) }
  expect(() => sliceStack("a", [slice(0), other])).toThrow("slice 1 has 2 x 1 pixels")
  expect(() => sliceStack("a", [{ ...slice(0), truth: new Uint8Array(3) }])).toThrow(/mask of slice 0/)
  expect(() => sliceStack("a", [slice(0)], { levels: 1 })).toThrow("not 1")
  expect(() => sliceStack("a", [slice(0)], { limit: 0 })).toThrow("not 0")
})
