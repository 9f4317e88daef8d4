import { expect, it } from "vitest"
import { gray } from "../../src/report/gray.ts"
import { montage } from "../../src/report/montage.ts"

const one = (value: number) => gray({ height: 1, width: 1, pixels: [value] })

it("lays pictures out row by row with black between", () => {
  const { width, height, data } = montage([one(1), one(1), one(1)], { columns: 2, gap: 1 })
  expect([width, height]).toEqual([3, 3])
  expect(Array.from({ length: 9 }, (_, i) => data[3 * i])).toEqual([255, 0, 255, 0, 0, 0, 255, 0, 0])
})

it("shows 16-bit pictures at their brightness", () => {
  expect([...montage([gray({ height: 1, width: 1, pixels: [1] }, 16)]).data]).toEqual([255, 255, 255])
})

it("refuses to lay out nothing", () => {
  expect(() => montage([])).toThrow(/no picture/)
})
