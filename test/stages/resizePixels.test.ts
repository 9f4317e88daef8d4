import { expect, it } from "vitest"
import { resizePixels } from "../../src/stages/resizePixels.ts"

const ramp = Float32Array.of(0, 1, 2, 3)

it("an axis that shrinks is averaged over areas", () => {
  expect([...resizePixels([2, 2], [1, 2])(ramp)]).toEqual([1, 2])
})

it("an axis that grows is interpolated between centres", () => {
  expect([...resizePixels([1, 2], [1, 4])(Float32Array.of(0, 4))]).toEqual([0, 1, 3, 4])
})

it("one axis may shrink while the other grows", () => {
  expect([...resizePixels([2, 2], [1, 4])(ramp)]).toEqual([1, 1.25, 1.75, 2])
})

it("nothing is copied where nothing changes", () => {
  expect(resizePixels([2, 2], [2, 2])(ramp)).toBe(ramp)
})
