import { expect, it } from "vitest"
import { key } from "../../../src/random/index.ts"
import { AugmentError, noise, rotate, sometimes } from "../../../src/stages/augment/index.ts"
import { someSample } from "../../support/sample.ts"

const sample = someSample()

it("applies its transform as often as it says", () => {
  const rarely = sometimes(0.2, noise({ sigma: [1, 1] }))
  const drawn = Array.from({ length: 2000 }, (_, seed) => rarely.params(key(seed), sample))
  expect(Math.abs(drawn.filter(({ params }) => params !== undefined).length - 400)).toBeLessThan(75)
})

it("left out, the sample is the same", () => {
  expect(sometimes(0.2, noise({ sigma: [1, 1] })).apply(sample, {})).toBe(sample)
  expect(sometimes(0.2, rotate({ degrees: [5, 5] })).apply(sample, {})).toBe(sample)
})

it("applied, it is the transform itself", () => {
  const turn = rotate({ degrees: [5, 5] })
  expect(sometimes(1, turn).apply(sample, { params: { degrees: 5 } })).toEqual(turn.apply(sample, { degrees: 5 }))
})

it("a probability below 0 is refused", () => {
  expect(() => sometimes(-0.1, rotate({ degrees: [0, 1] }))).toThrow(AugmentError)
})
