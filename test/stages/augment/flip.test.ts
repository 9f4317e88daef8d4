import { expect, it } from "vitest"
import { key } from "../../../src/random/index.ts"
import { AugmentError, flip } from "../../../src/stages/augment/index.ts"
import { someSample } from "../../support/sample.ts"

const sample = { ...someSample({ height: 2, width: 3 }), pixels: Float32Array.of(1, 2, 3, 4, 5, 6) }

it("a horizontal flip exchanges left and right", () => {
  const { pixels } = flip({ axis: "horizontal" }).apply(sample, { flipped: true })
  expect([...pixels]).toEqual([3, 2, 1, 6, 5, 4])
})

it("a vertical flip exchanges top and bottom, of the mask too", () => {
  const marked = { ...sample, mask: Uint8Array.of(1, 0, 0, 0, 0, 0) }
  const { pixels, mask } = flip({ axis: "vertical" }).apply(marked, { flipped: true })
  expect([...pixels]).toEqual([4, 5, 6, 1, 2, 3])
  expect([...mask]).toEqual([0, 0, 0, 1, 0, 0])
})

it("flips as often as its probability says", () => {
  const often = flip({ axis: "vertical", probability: 0.25 })
  const flips = Array.from({ length: 2000 }, (_, seed) => often.params(key(seed), sample)).filter((p) => p.flipped)
  expect(Math.abs(flips.length - 500)).toBeLessThan(80)
})

it("a probability beyond 1 is refused", () => {
  expect(() => flip({ axis: "vertical", probability: 1.5 })).toThrow(AugmentError)
  expect(() => flip({ axis: "vertical", probability: Number.NaN })).toThrow(/\[0, 1\]; found NaN/)
})
