import { expect, it } from "vitest"
import { key } from "../../../src/random/index.ts"
import { AugmentError, compose, crop, flip, noise, rotate, rotate90, scale } from "../../../src/stages/augment/index.ts"
import { drawn, someSample } from "../../support/sample.ts"

it("exact transforms composed are the transforms in turn", () => {
  const sample = someSample({ height: 9, width: 12 })
  const [mirror, turn, cut] = [flip({ axis: "horizontal" }), rotate90(), crop({ size: [5, 5] })]
  const inTurn = cut.apply(turn.apply(mirror.apply(sample, { flipped: true }), { turns: 1 }), { top: 3, left: 2 })
  const steps = [
    { transform: mirror.name, params: { flipped: true } },
    { transform: turn.name, params: { turns: 1 } },
    { transform: cut.name, params: { top: 3, left: 2 } }
  ]
  expect(compose([mirror, turn, cut]).apply(sample, steps)).toEqual(inTurn)
})

it("a turn and its reverse restore the slice: pixels are interpolated once, not twice", () => {
  const sample = drawn(someSample({ height: 32, width: 32 }))
  const turn = rotate({ degrees: [-30, 30] })
  const both = compose([turn, turn]).apply(sample, [
    { transform: "rotate", params: { degrees: 25 } },
    { transform: "rotate", params: { degrees: -25 } }
  ])
  expect(both.pixels).toBeAllclose(sample.pixels, { absolute: 1e-6 })
  expect(both.mask).toEqual(sample.mask)
})

it("what follows a quarter turn is drawn for the turned slice", () => {
  const lying = someSample({ height: 4, width: 12 })
  const upright = compose([rotate90(), crop({ size: [12, 4] })])
  const turned = Array.from({ length: 40 }, (_, seed) => key(seed)).flatMap((drawnBy) => {
    try {
      return [upright.apply(lying, upright.params(drawnBy, lying))]
    } catch (error) {
      expect(error).toBeInstanceOf(AugmentError)
      return []
    }
  })
  expect(turned.length).toBeGreaterThan(5)
  expect(turned.length).toBeLessThan(35)
  for (const { height, width } of turned) expect([height, width]).toEqual([12, 4])
})

it("intensities between two turns keep the turns apart", () => {
  const sample = someSample()
  const turn = scale({ factors: [0.5, 2] })
  const dust = noise({ sigma: [1, 1] })
  const params = { sigma: 1, key: key(4) }
  const found = compose([turn, dust, turn]).apply(sample, [
    { transform: "scale", params: { factor: 1.2 } },
    { transform: "noise", params },
    { transform: "scale", params: { factor: 0.8 } }
  ])
  const inTurn = turn.apply(dust.apply(turn.apply(sample, { factor: 1.2 }), params), { factor: 0.8 })
  expect(found).toEqual(inTurn)
})

it("a record of other transforms is refused with both lists", () => {
  const apply = () => compose([rotate90()]).apply(someSample(), [{ transform: "scale", params: { factor: 2 } }])
  expect(apply).toThrow(AugmentError)
  expect(apply).toThrow("the record is of [scale], but the transforms are [rotate90]")
})
