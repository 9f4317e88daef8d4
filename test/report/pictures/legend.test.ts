import { expect, it } from "vitest"
import { gray } from "../../../src/report/gray.ts"
import { colorAt } from "../../../src/report/pictures/canvas.ts"
import { withLegend } from "../../../src/report/pictures/legend.ts"

const picture = gray({ height: 10, width: 100, pixels: new Float32Array(1000) })

it("stands below the picture, which is as it was, in as many lines as it needs", () => {
  const one = withLegend(picture, [{ text: "a", color: [9, 8, 7] }])
  const two = withLegend(picture, [
    { text: "a", color: [9, 8, 7] },
    { text: "too long for this", color: [1, 2, 3], frame: "dashed" }
  ])
  expect([one.width, two.width]).toEqual([100, 100])
  expect(two.height).toBeGreaterThan(one.height)
  expect([...one.data.slice(0, 3000)]).toEqual(Array(3000).fill(0))
  const colors = Array.from({ length: one.width * one.height }, (_, i) => colorAt(one, i).join())
  expect(colors).toContain("9,8,7")
})

it("no legend leaves the picture its size", () => {
  expect(withLegend(picture, []).height).toBe(10)
})
