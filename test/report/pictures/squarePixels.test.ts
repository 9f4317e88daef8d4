import { expect, it } from "vitest"
import { squarePixels } from "../../../src/report/pictures/squarePixels.ts"

const image = (spacing: readonly [number, number]) => ({
  height: 2,
  width: 2,
  pixels: Float32Array.of(0, 1, 0.5, 1),
  labels: Uint8Array.of(0, 1, 2, 0),
  spacing
})

it("gives an image of square pixels back as it is", () => {
  const square = image([0.7, 0.7])
  expect(squarePixels(square)).toBe(square)
  const nearly = image([0.7, 0.7000001])
  expect(squarePixels(nearly)).toBe(nearly)
})

it("makes more rows where they lie further apart, between which pixels blend and labels do not", () => {
  const { height, labels, pixels, spacing, width } = squarePixels(image([2, 1]))
  expect([height, width]).toEqual([4, 2])
  expect(spacing).toEqual([1, 1])
  expect([...pixels]).toEqual([0, 1, 0.125, 1, 0.375, 1, 0.5, 1])
  expect([...labels]).toEqual([0, 1, 0, 1, 2, 0, 2, 0])
})

it("makes more columns where these lie further apart, and keeps what else is known", () => {
  const { caseId, height, labels, width } = squarePixels({ ...image([1, 2]), caseId: "volume-0" })
  expect([height, width, caseId]).toEqual([2, 4, "volume-0"])
  expect([...labels]).toEqual([0, 0, 1, 1, 2, 2, 0, 0])
})

it("needs no labels", () => {
  const { labels: _, ...bare } = image([3, 1])
  expect(squarePixels(bare)).not.toHaveProperty("labels")
})
