import { expect, it } from "vitest"
import { colorAt } from "../../../src/report/pictures/canvas.ts"
import { BOX_COLORS, figurePanel, type PanelRow } from "../../../src/report/pictures/figurePanel.ts"

const square = Uint8Array.from({ length: 1024 }, (_, i) => (i % 32 > 9 && i % 32 < 20 && i > 320 && i < 640 ? 1 : 0))
const row: PanelRow = {
  name: "volume-0",
  height: 32,
  width: 32,
  pixels: new Float32Array(1024).fill(0.5),
  spacing: [2, 1],
  truth: square,
  predictions: [square, new Uint8Array(1024)]
}
const variants = ["U-Net", "AGCAF-Net"]
const colors = (picture: ReturnType<typeof figurePanel>) =>
  Array.from({ length: picture.width * picture.height }, (_, i) => colorAt(picture, i).join())

it("shows pixels that are twice as high as wide so", () => {
  const [tall, flat] = [2, 1].map((across) =>
    figurePanel([{ ...row, spacing: [across, 1] }], { variants, cellWidth: 100 })
  )
  expect(tall.height - flat.height).toBe(100)
  expect(tall.width).toBe(flat.width)
})

it("frames errors of each variant, and differences in all of them; none where all agree", () => {
  const count = (picture: ReturnType<typeof figurePanel>, color: readonly number[]) =>
    colors(picture).filter((one) => one === color.join()).length
  const legendAlone = figurePanel([{ ...row, predictions: [square, square] }], { variants, cellWidth: 100 })
  const differing = figurePanel([row], { variants, cellWidth: 100 })
  const without = figurePanel([row], { variants, cellWidth: 100, boxes: false })
  for (const color of [BOX_COLORS.error, BOX_COLORS.difference]) {
    expect(count(differing, color)).toBeGreaterThan(count(legendAlone, color) + 50)
    expect(count(without, color)).toBe(0)
  }
})

it("frames of differences stay within the picture, around those of errors", () => {
  const predictions = [new Uint8Array(1024).fill(1), new Uint8Array(1024)]
  const found = colors(figurePanel([{ ...row, spacing: [1, 1], predictions }], { variants, cellWidth: 100 }))
  const count = (color: readonly number[]) => found.filter((one) => one === color.join()).length
  // Two frames of 4 x 100 x 2 pixels, half of them dashes, and one in green.
  expect(count(BOX_COLORS.difference)).toBeGreaterThan(700)
  expect(count(BOX_COLORS.error)).toBeGreaterThan(700)
})

it("is the same picture each time, and grows by a row for each patient", () => {
  const one = figurePanel([row], { variants, cellWidth: 64 })
  expect(figurePanel([row], { variants, cellWidth: 64 })).toEqual(one)
  expect(figurePanel([row, row], { variants, cellWidth: 64 }).height - one.height).toBe(128 + 6)
})

it("refuses no patients, and a row without a prediction of each variant, by name", () => {
  expect(() => figurePanel([], { variants })).toThrow("no patient")
  expect(() => figurePanel([row], { variants: ["U-Net"] })).toThrow('"volume-0" has 2 predictions, but there are 1')
  expect(() => figurePanel([{ ...row, truth: new Uint8Array(3) }], { variants })).toThrow("volume-0")
})
